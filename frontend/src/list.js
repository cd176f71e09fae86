// The list of cards: made by the server, put in here, kept in step with the map.
import { standsFor } from './offline/last.js'
import { searchOf } from './question.js'
import { t } from './words.js'

const SKELETON_AFTER_MS = 120
// So long without an answer, what is kept on the phone is shown until it comes.
const KEPT_AFTER_MS = 3000

export function createList(question) {
  const list = document.getElementById('list')
  const results = document.getElementById('results')
  const picked = document.getElementById('picked')
  const said = document.getElementById('said')
  const skeleton = document.getElementById('skeleton')
  const handlers = { select: () => {}, hover: () => {} }
  let running = null
  let selected = null
  // The page's first script may have put a kept list here already.
  let shownEarly = Boolean(results.querySelector('.age-note'))
  let keptShown = shownEarly

  const codes = () => [...results.querySelectorAll('.card[data-code]')].map((card) => card.dataset.code)
  // A longer list is not only longer at its end: open ones come first.
  const firstNew = (before) => [...results.querySelectorAll('.card[data-code]')].find((card) => !before.has(card.dataset.code))
  const cardOf = (code) => list.querySelector(`.card[data-code="${CSS.escape(code)}"]`)

  async function load(state) {
    running?.abort()
    const turn = (running = new AbortController())
    const station = standsFor()
    if (station) return putKept(state, turn, station)
    const patience = setTimeout(() => showSkeleton(state), shownEarly ? KEPT_AFTER_MS : SKELETON_AFTER_MS)
    const kept = setTimeout(() => putKept(state, turn, '', true), station === null || shownEarly ? KEPT_AFTER_MS : 0)
    shownEarly = false
    results.setAttribute('aria-busy', 'true')
    try {
      put(await fetchPart(`/parts/results${searchOf(state)}`, turn.signal), state)
      turn.answered = true
      return true
    } catch (error) {
      if (turn.signal.aborted) return false
      turn.failed = true
      if (await putKept(state, turn)) return true
      trouble(state)
      return false
    } finally {
      clearTimeout(patience)
      clearTimeout(kept)
      if (running === turn) results.removeAttribute('aria-busy')
    }
  }

  // The list as the phone can tell it (offline/list.js), if it has kept the city.
  // waiting: the server may still answer.
  async function putKept(state, turn, station = '', waiting = false) {
    const search = searchOf({ ...state, count: '' })
    const part = await window.stationMapOffline?.list(state, question.rules, search, station, waiting)
    if (!part || turn.signal.aborted || turn.answered || (waiting && turn.failed)) return false
    put(part, state)
    keptShown = true
    return true
  }

  addEventListener('online', () => {
    if (standsFor()) location.reload()
    else if (keptShown) load(question.state)
  })

  function put(content, state) {
    const before = new Set(codes())
    if (typeof content === 'string') results.innerHTML = content
    else results.replaceChildren(content)
    keptShown = false
    forget()
    said.textContent = results.querySelector('.results-heading').textContent
    if (!state.count) list.scrollTo?.(0, 0)
    else firstNew(before)?.querySelector('.name a').focus({ preventScroll: true })
    if (selected) mark(selected)
  }

  function forget() {
    picked.hidden = true
    picked.replaceChildren()
    document.getElementById('notices').replaceChildren()
  }

  function showSkeleton(state) {
    if (state.count || keptShown) return
    results.replaceChildren(...[1, 2, 3].map(() => skeleton.content.cloneNode(true)))
  }

  // What happened, what still works, one button.
  function trouble(state) {
    const box = element('div', 'trouble')
    box.setAttribute('role', 'alert')
    box.append(
      element('p', '', t('列表没有拿到，可能是网络断了。地图上已有的驿站还能看。')),
      button(t('再试一次'), () => load(state)),
    )
    results.replaceChildren(box)
  }

  function mark(code) {
    selected = code
    for (const card of list.querySelectorAll('.card.is-selected')) {
      card.classList.remove('is-selected')
      card.removeAttribute('aria-current')
    }
    const card = code && cardOf(code)
    card?.classList.add('is-selected')
    card?.setAttribute('aria-current', 'true')
    return card
  }

  // A pin was chosen: its card is shown, fetched when it is not in the list.
  async function select(code, state) {
    if (!cardOf(code)) await pick(code, state)
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
    mark(code)?.scrollIntoView({ block: 'nearest', behavior: calm ? 'auto' : 'smooth' })
  }

  async function pick(code, state) {
    const search = searchOf({ ...state, count: '' })
    try {
      picked.innerHTML = await fetchPart(`/parts/card/${encodeURIComponent(code)}${search}`)
    } catch {
      const kept = await window.stationMapOffline?.card(state, question.rules, search, code)
      picked.replaceChildren(kept ?? element('p', 'trouble', t('这个驿站的信息没有拿到，再点一次试试。')))
    }
    picked.hidden = false
  }

  list.addEventListener('click', (event) => {
    const link = event.target.closest('a')
    if (link?.matches('[data-ask]')) {
      event.preventDefault()
      question.follow(link.href, { fit: !link.matches('[data-more]') })
    }
    const card = event.target.closest('.card[data-code]')
    if (card && !link) {
      mark(card.dataset.code)
      handlers.select(card.dataset.code, placeOf(card))
    }
  })
  list.addEventListener('focusin', (event) => hover(event.target.closest('.card[data-code]')))
  list.addEventListener('pointerover', (event) => hover(event.target.closest('.card[data-code]')))
  list.addEventListener('pointerleave', () => hover(null))

  function hover(card) {
    handlers.hover(card?.dataset.code ?? null)
  }

  return {
    load,
    select,
    onSelect: (handler) => { handlers.select = handler },
    onHover: (handler) => { handlers.hover = handler },
    light(code) {
      for (const card of list.querySelectorAll('.card.is-lit')) card.classList.remove('is-lit')
      if (code) cardOf(code)?.classList.add('is-lit')
    },
    codes,
    places: () => [...results.querySelectorAll('.card[data-code]')].map(placeOf),
    say(text) { notice(text) },
  }
}

export function notice(text) {
  const place = document.getElementById('notices')
  const line = element('p', 'notice', text)
  line.setAttribute('role', 'alert')
  place.replaceChildren(line)
}

async function fetchPart(address, signal) {
  const response = await fetch(address, { signal, headers: { Accept: 'text/html' } })
  if (!response.ok) throw new Error(`${response.status}`)
  return response.text()
}

const placeOf = (card) => [Number(card.dataset.lon), Number(card.dataset.lat)]

export function element(tag, className, text) {
  const made = document.createElement(tag)
  if (className) made.className = className
  if (text) made.textContent = text
  return made
}

export function button(text, onClick) {
  const made = element('button', 'button', text)
  made.type = 'button'
  made.addEventListener('click', onClick)
  return made
}
