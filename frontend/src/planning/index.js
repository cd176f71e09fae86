// The planning page: one request a move; what it answers is drawn by the server, its map here.
import { fromGcj02, toGcj02 } from '../datum.js'
import { getJson } from '../admin/parts.js'
import { ground as districts, settle } from '../admin/plain-map.js'
import { CellLayer, readGround } from './cells.js'
import { createDoors, rounded } from './doors.js'
import { show as showAnswer } from './answer.js'
import { createState, hourWords } from './state.js'
import { sortable } from './tables.js'

const L = window.L
const CLOSE_ZOOM = 14
const $ = (id) => document.getElementById(id)

window.stationMap = {
  mount(map, options) {
    const form = $('plan-form')
    const box = $('plan-map')
    const state = createState(form)
    const shifted = options.datum === 'gcj02'
    const places = {
      onMap: (place) => L.latLng((shifted ? toGcj02(place) : place).slice().reverse()),
      inWorld: ({ lng, lat }) => (shifted ? fromGcj02([lng, lat]) : [lng, lat]),
    }
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
    const held = { ground: null, doors: null }
    let gaps = []
    let asking = false
    let again = false

    settle(map, '地图：点空地加一个驿站，点一个驿站看关了会怎样')
    if (!options.tiled) districts(map, options)
    const cells = new CellLayer()
    cells.addTo(map)
    const doors = createDoors(map, places, {
      close: (code) => change(() => (state.now.close.includes(code) ? state.drop('close', code) : state.put('close', code))),
      remove: (n) => change(() => state.drop('add', state.now.add[n])),
      begin: () => state.remember(),
      drag: (n, place) => { state.move(n, place.join(',')); ask() },
    })
    map.on('click', ({ latlng }) => change(() => state.put('add', rounded(places.inWorld(latlng)).join(','))))

    function change(work) {
      work()
      state.drawKept()
      ask()
    }

    if (matchMedia('(max-width: 640px)').matches) form.querySelector('.plan-try').open = false

    // One request at a time; what came meanwhile is asked when it is answered.
    async function ask() {
      label()
      again = asking
      if (asking) return
      asking = true
      form.setAttribute('aria-busy', 'true')
      const asked = state.query()
      try {
        const response = await fetch(`${box.dataset.answer}?${asked}`, { headers: { Accept: 'application/json' } })
        if (response.redirected) location.reload() // signed out meanwhile
        const told = await response.json()
        if (response.ok) await take(told, asked)
        else refuse(told.trouble ?? { '': '没有算出来，请再试。' })
      } catch {
        note('没有连上，上面的数字还是原来的。请再试。')
      }
      asking = false
      form.removeAttribute('aria-busy')
      if (again) ask()
    }

    // What was typed and cannot be read is taken back, or every later move would be refused for it.
    function refuse(trouble) {
      note(Object.values(trouble).join(' '))
      if (!trouble.add && !trouble.close) return
      state.undo()
      state.drawKept()
    }

    async function take(told, asked) {
      note('')
      if (!again) state.settle(told.add)
      await ground(told, asked)
      showAnswer(told)
      sortable($('plan-answer'))
      cells.answer(told)
      doors.show(told.stations, state.now.close)
      doors.add(state.now.add.map((one) => one.split(',').map(Number)))
      gaps = told.gaps
      $('plan-effect').textContent = told.effect
      $('plan-strip').textContent = told.said
      $('plan-strip').hidden = false
      $('plan-layer').querySelector('[value=change]').disabled = told.change === null
      state.drawKept()
      $('plan-query')?.setAttribute('value', told.query)
      history.replaceState(null, '', `?${told.query}`)
      box.dataset.answered = String(Number(box.dataset.answered ?? 0) + 1)
    }

    async function ground(told, asked) {
      const more = (tag) => {
        const made = new URLSearchParams({ v: tag })
        for (const name of ['demand', 'area']) if (asked.has(name)) made.set(name, asked.get(name))
        return made
      }
      if (held.ground !== told.ground) {
        const first = held.ground === null
        cells.ground(readGround(await getJson(`${box.dataset.cells}?${more(told.ground)}`), shifted))
        held.ground = told.ground
        if (first) map.fitBounds(cells.bounds(), { animate: false })
        else map.flyToBounds(cells.bounds(), { animate: !calm })
      }
      if (held.doors !== told.doors) {
        doors.fill((await getJson(`${box.dataset.stations}?${more(told.doors)}`)).rows)
        held.doors = told.doors
      }
    }

    function note(words) {
      $('plan-note').textContent = words
      $('plan-note').hidden = !words
    }

    function label() {
      $('radius-said').textContent = `${form.radius.value} 米`
      $('minutes-said').textContent = `${form.minutes.value} 分钟`
      $('hour-said').textContent = hourWords(Number(form.hour.value))
    }

    form.addEventListener('input', (event) => { if (event.target.type === 'range') ask() })
    form.addEventListener('change', (event) => {
      const { name, value, type } = event.target
      if (name === 'add' || name === 'close') {
        if (type === 'checkbox') change(() => state.drop(name, value))
      } else if (type !== 'range') ask()
    })
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      for (const name of ['add', 'close']) {
        const typed = $(name).value.trim()
        if (typed) state.put(name, typed)
        $(name).value = ''
      }
      state.drawKept()
      ask()
    })
    $('plan-undo').addEventListener('click', () => change(() => state.undo()))
    $('plan-clear').addEventListener('click', () => change(() => state.clear()))
    $('plan-answer').addEventListener('click', ({ target }) => {
      const drop = target.closest('[data-drop]')
      if (drop) change(() => state.drop(drop.dataset.drop, drop.value))
      const gap = target.closest('[data-gap]')
      if (!gap) return
      box.scrollIntoView({ block: 'nearest', behavior: calm ? 'auto' : 'smooth' })
      map.flyTo(places.onMap(gaps[Number(gap.dataset.gap)]), CLOSE_ZOOM, { animate: !calm, duration: 0.8 })
    })
    $('plan-layer').addEventListener('change', ({ target }) => {
      cells.mode(target.value)
      for (const keys of document.querySelectorAll('#plan-legend .keys')) {
        const of = [...keys.classList].find((one) => one.startsWith('keys-'))
        keys.hidden = Boolean(of) && of !== `keys-${target.value}`
      }
    })
    $('plan-opacity').addEventListener('input', ({ target }) => cells.opacity(Number(target.value) / 100))
    $('plan-legend').hidden = false
    $('plan-go').hidden = true
    state.drawKept()
    ask()
  },
}
