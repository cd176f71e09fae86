// A station's page that was kept: its states are of then, so they are made anew for now.
import { element, stateLine } from './card.js'
import { keptCity } from './city.js'
import { ageNote, toast } from './note.js'
import { stateOf } from './state.js'
import { t } from '../words.js'
import { dateWords } from './wording.js'

const unknown = () => ({ look: 'unknown', shape: '?', words: t('时间未知') })
const dayOf = (moment) => new Date(moment + 8 * 3_600_000).toISOString().slice(0, 10)

export async function renewKeptStation() {
  const at = Number(document.documentElement.dataset.kept)
  const main = document.getElementById('station')
  if (!at || !main) return
  const city = await keptCity().catch(() => null)
  for (const line of main.querySelectorAll('.live')) line.remove()
  for (const line of main.querySelectorAll('.state')) renew(line, city, main.dataset.code)
  // Until here the states of then are hidden (offline.css).
  delete document.documentElement.dataset.kept
  tellAge(main, at)
  addEventListener('online', () => toast(t('有信号了。'), t('看最新的'), () => location.reload()))
}

// The page's own state, or that of a station nearby, whose link tells which it is.
function renew(line, city, own) {
  const link = line.closest('li')?.querySelector('a[href^="/stations/"]')
  const code = link ? decodeURIComponent(new URL(link.href).pathname.split('/')[2]) : own
  const station = city?.stations.find((one) => one.code === code)
  const now = station ? stateOf(station, city.hours, Math.floor(Date.now() / 60_000)) : unknown()
  const fresh = stateLine(now, null)
  const distance = line.querySelector('.distance')
  if (distance) fresh.append(distance)
  line.replaceWith(fresh)
}

// What the page calls today is the day on which it was kept.
function tellAge(main, at) {
  const note = ageNote(at)
  if (dayOf(at) !== dayOf(Date.now())) {
    for (const mark of main.querySelectorAll('.week .mark')) mark.remove()
    main.querySelector('.week .today')?.classList.remove('today')
    main.querySelector('[aria-current=date]')?.removeAttribute('aria-current')
    const day = dateWords(dayOf(at), Math.floor(Date.now() / 60_000))
    note.append(element('span', '', t('，页里说的今天是 %(day)s', { day })))
  }
  main.prepend(note)
}
