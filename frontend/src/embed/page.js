// The page inside another site's page. Without this file it is a list with links; with it, links
// are followed without a new page, and the page around it hears what happens.
import { keepLiveAges } from '../live.js'
import { t } from '../words.js'
import { createLocate } from './locate.js'
import { createTalk } from './talk.js'

const root = document.documentElement
const embed = () => document.getElementById('embed')
const main = (where = document) => where.querySelector('#embed > main')
let position = null
let turn = null

root.classList.add('js')
if (document.getElementById('map')) root.classList.add('has-map')

const talk = createTalk({ onSelect: (code) => open(code) })
const locate = createLocate((place) => {
  position = place
  return follow(embed().dataset.here)
})

document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[data-in]')
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
  event.preventDefault()
  follow(link.getAttribute('href'), link)
})
document.addEventListener('station-map:open', ({ detail }) => open(detail))
talk.ready()
locate.watch()
keepLiveAges()

function open(code) {
  return follow(embed().dataset.open + encodeURIComponent(code))
}

// The server's answer takes the place of what is here. Nothing goes into the history of the page
// around, and where the visitor is goes into no address that is kept.
async function follow(address, link) {
  turn?.abort()
  const mine = (turn = new AbortController())
  const asked = new URL(address, location.href)
  if (position) {
    asked.searchParams.set('lon', position[0].toFixed(5))
    asked.searchParams.set('lat', position[1].toFixed(5))
  }
  embed().setAttribute('aria-busy', 'true')
  try {
    const answer = await fetch(asked, { signal: mine.signal, credentials: 'omit' })
    if (!answer.ok) throw new Error(`${answer.status}`)
    const told = new DOMParser().parseFromString(await answer.text(), 'text/html')
    if (mine === turn) show(told, link)
  } catch {
    if (!mine.signal.aborted) say(t('没有连上，请再试一次。'))
  } finally {
    if (mine === turn) embed().removeAttribute('aria-busy')
  }
}

function show(told, link) {
  const before = embed().dataset.station
  const fresh = told.getElementById('embed')
  const scrolled = main()?.scrollTop
  const side = document.querySelector('.chips')?.scrollLeft
  for (const name of Object.keys(embed().dataset)) delete embed().dataset[name]
  Object.assign(embed().dataset, fresh.dataset)
  const list = main(told)
  if (list && main()) main().replaceWith(document.adoptNode(list))
  else if (list) embed().prepend(document.adoptNode(list))
  else main()?.remove()
  document.getElementById('over')?.toggleAttribute('hidden', Boolean(main()))
  const chips = document.querySelector('.chips')
  if (chips && side) chips.scrollLeft = side
  document.dispatchEvent(new CustomEvent('station-map:shown'))
  locate.watch()
  keepFocus(before, link, scrolled)
  const opened = embed().dataset.station
  if (opened && opened !== before) talk.selected(opened)
}

// Where the visitor was: at the station that is open, back at its card, or on the same chip.
function keepFocus(before, link, scrolled) {
  const opened = embed().dataset.station
  const heading = document.getElementById('heading')
  if (heading) say(heading.textContent.trim())
  const card = !opened && before && document.querySelector(`.card[data-code="${CSS.escape(before)}"] a`)
  if (card) card.focus()
  else if (link?.matches('.chip')) sameChip(link)?.focus({ preventScroll: true })
  else if (link?.matches('[data-more]')) main().scrollTop = scrolled
  else heading?.focus()
}

const sameChip = (link) => [...document.querySelectorAll('a.chip')].find((one) => words(one) === words(link))
const words = (chip) => chip.querySelector('span').firstChild?.nextSibling?.textContent ?? chip.textContent

function say(text) {
  const line = document.getElementById('said')
  if (line) line.textContent = text
}
