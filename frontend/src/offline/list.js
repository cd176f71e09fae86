// The rider's list from what is kept on the phone, for when the server does not answer.
import { chosenRules } from '../picks.js'
import { cardOf, element, wrap } from './card.js'
import { keptCity } from './city.js'
import { distance } from './distance.js'
import { find } from './find.js'
import { t } from '../words.js'
import { ageNote } from './note.js'
import { holds } from './table.js'
import { stateOf } from './state.js'

const OPEN = { open: 'yes', soon: 'yes', unknown: 'unknown' }

// The list for a question of the rider's page, or null when nothing is kept.
// code: of the one station that was asked for, when its page is not kept.
// waiting: the server may still answer.
export async function keptList(question, rules, search, code, waiting = false) {
  const city = await keptCity().catch(() => null)
  // The nearest of those that are kept would not be the nearest.
  if (!city || (!code && !holds(city.box, question.position))) return null
  const chosen = chosenRules(question, rules)
  const told = { city, rules: chosen, search, minute: Math.floor(Date.now() / 60_000) }
  const opening = (station) => OPEN[stateOf(station, city.hours, told.minute).look] ?? 'no'
  const found = code ? one(city.stations, code)
    : find(city.stations, question, chosen, opening, districtName(question), told.minute)
  const part = document.createDocumentFragment()
  const heading = element('h2', 'results-heading', found.heading)
  heading.id = 'results-heading'
  part.append(ageNote(city.at, waiting), heading)
  if (city.box) part.append(element('p', 'hint', t('驿站太多，手机里只存了上次那一带的。')))
  // Spelling Chinese would take a dictionary that is larger than the city.
  if (question.text && !code) part.append(element('p', 'hint', t('没有信号时只按字找站名、地址、编号，不认拼音和错字。')))
  for (const group of found.groups) {
    if (group.title) part.append(wrap('h3', 'group-heading', element('span', '', group.title)))
    part.append(cards(group.cards, told))
  }
  if (found.more) part.append(wrap('p', 'more', moreLink(search, found.more)))
  if (code) part.append(wrap('p', 'more', againLink()))
  demoBanner(city.demo)
  return part
}

// The card of a pin that is not in the list, or null.
export async function keptCard(question, rules, search, code) {
  const city = await keptCity().catch(() => null)
  const station = city?.stations.find((one) => one.code === code)
  if (!station) return null
  const chosen = chosenRules(question, rules)
  const minute = Math.floor(Date.now() / 60_000)
  const away = question.position ? distance(question.position, station.place) : null
  return cardOf(station, away, { city, rules: chosen, search, minute })
}

function moreLink(search, count) {
  const made = element('a', 'button', t('再看 %(num)s 个', { num: 10 }))
  made.href = `/${search}${search ? '&' : '?'}n=${count}`
  Object.assign(made.dataset, { ask: '', more: '' })
  return made
}

function againLink() {
  const made = element('a', 'button', t('再试一次'))
  made.href = location.href
  return made
}

function one(stations, code) {
  const station = stations.find((other) => other.code === code)
  return {
    heading: station ? t('这一站的详情没有存在手机上，只有这些') : t('手机里没有这一站'),
    groups: station ? [{ title: '', cards: [[station, null]] }] : [],
  }
}

function cards(found, told) {
  const list = element('ul', 'cards')
  for (const [station, away] of found) list.append(wrap('li', '', cardOf(station, away, told)))
  return list
}

function districtName({ district }) {
  const option = district && document.querySelector(`#district option[value="${CSS.escape(district)}"]`)
  return option?.textContent ?? ''
}

// The page may be older than the data.
function demoBanner(demo) {
  if (!demo || document.querySelector('.demo-banner')) return
  const banner = wrap('p', 'demo-banner', element('strong', '', t('示例数据')), ` ${t('有些驿站是生成的，不是真的')}`)
  banner.setAttribute('role', 'note')
  document.querySelector('header .bar').after(banner)
}
