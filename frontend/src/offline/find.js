// The server's answer to a question, worked out on the phone from the kept table
// (station_map/web/pages/results.py). Unknown is neither yes nor no: those come after.
import { meets } from '../picks.js'
import { t, tn } from '../words.js'
import { distance } from './distance.js'
import { createOrder, OPEN_AT_LEAST } from './order.js'

const STEP = 10
const MOST = 100
const IN_USE = new Set(['open', 'suspended'])

// rules: of the filters that are chosen. opening: of a station, yes, no or unknown. minute:
// since 1970 UTC. Gives {heading, groups, more}: groups of {title, cards: [station, metres]},
// and how many a longer list would hold.
export function find(stations, question, rules, opening, districtName, minute) {
  const count = Number(question.count) || STEP
  const order = createOrder(opening, minute)
  const all = sorted(stations, question, rules, opening)
  const [known, unknown, shut] = cut(all, count)
  const further = furtherOpen(question, all[0], known, opening, order)
  const groups = question.position ? [
    ...certain(question, known, further, order),
    { title: tn('不清楚有没有的 %(num)s 个', unknown.length), cards: order.openFirst(unknown) },
    { title: tn('开放时间未知的 %(num)s 个', shut.length), cards: order.byReach(shut) },
  ] : [{ title: '', cards: known }, { title: tn('开放时间未知的 %(num)s 个', shut.length), cards: shut }]
  const found = all.reduce((sum, some) => sum + some.length, 0)
  return {
    heading: question.position
      ? nearHeading(question, districtName, known.length, unknown.length + shut.length, further.length)
      : listHeading(question, districtName, all[0].length),
    groups: groups.filter(({ cards }) => cards.length),
    more: found > count && count < MOST ? count + STEP : 0,
  }
}

// What is certain, what is not known of its amenities, of its hours; each by distance.
function sorted(stations, question, rules, opening) {
  const near = Boolean(question.position)
  const named = question.text || question.district
  const told = stations
    .filter((one) => (near && !named ? one.status === 'open' : IN_USE.has(one.status)))
    .filter((one) => (!question.district || one.adcode === question.district) && says(one, question.text))
    .filter((one) => meets(one, question.picks))
    .map((one) => ({ one, has: worst(rules.map((rule) => fits(one, rule))), open: question.openNow ? opening(one) : 'yes' }))
  const group = (has, open) => told
    .filter((each) => has.includes(each.has) && each.open === open)
    .map(({ one }) => [one, question.position && distance(question.position, one.place)])
    .sort(near || !question.text ? byDistance : byMatch(question.text))
  // What is not known of its amenities is told of the nearest alone, as the server does.
  const maybe = group(['unknown'], 'unknown')
  return [
    group(['yes'], 'yes'),
    near ? group(['unknown'], 'yes') : [],
    near ? [...group(['yes'], 'unknown'), ...maybe] : group(['yes'], 'unknown'),
  ]
}

function cut(all, count) {
  let left = count
  return all.map((some) => {
    const cards = some.slice(0, left)
    left -= cards.length
    return cards
  })
}

// Open ones beyond those listed, when too few of them are open.
function furtherOpen({ position, openNow, text }, all, listed, opening, order) {
  if (!position || openNow || text || !listed.length || listed.filter(order.isOpen).length >= OPEN_AT_LEAST) return []
  const shown = new Set(listed.map(([station]) => station.code))
  return all.filter(([station]) => opening(station) === 'yes').slice(0, OPEN_AT_LEAST)
    .filter((card) => order.isOpen(card) && !shown.has(card[0].code))
}

// Words decide before anything else; else what is open stands before what is not.
function certain({ text, openNow }, known, further, order) {
  if (text) return [{ title: '', cards: known }]
  if (openNow) return [{ title: '', cards: order.byReach(known) }]
  return order.byOpening([...known, ...further])
}

// Best match first, as the server has it (station_map/store/ranking.py); then by code.
function byMatch(text) {
  const plain = (said) => said.normalize('NFKC').toLowerCase()
  const key = plain(text).replace(/\s/g, '')
  const words = plain(text).split(/\s+/).filter(Boolean)
  const rank = ({ name, code }) => {
    const said = plain(name).replace(/\s/g, '')
    if (said === key || code.toLowerCase() === key) return 0
    if (said.startsWith(key)) return 1
    return words.every((word) => said.includes(word)) ? 2 : 3
  }
  return ([one], [other]) => rank(one) - rank(other) || (one.code < other.code ? -1 : 1)
}

const byDistance = ([one, away], [other, further]) => away - further || (one.code < other.code ? -1 : 1)

function nearHeading({ text }, districtName, known, doubtful, further) {
  const where = aboutOf(districtName, text)
  if (!known && doubtful) return where ? t('%(where)s没有找到确定符合的驿站', { where }) : t('没有找到确定符合的驿站')
  if (!known) return nothingFound(districtName, text)
  const what = tn('离这个位置最近的 %(num)s 个驿站', known)
  const more = further ? tn('，还有远一点开着的 %(num)s 个', further) : ''
  return (where ? t('%(where)s，%(what)s', { where, what }) : what) + more
}

function aboutOf(place, text) {
  if (!text) return place
  return place ? t('%(place)s“%(text)s”', { place, text }) : t('“%(text)s”', { text })
}

function nothingFound(place, text) {
  if (text) return place ? t('%(place)s没有找到“%(text)s”', { place, text }) : t('没有找到“%(text)s”', { text })
  return place ? t('%(place)s没有找到驿站', { place }) : t('没有找到驿站')
}

function listHeading({ text }, districtName, found) {
  const place = districtName || t('全部地区')
  if (!text) return found ? tn('%(place)s，%(num)s 个驿站', found, { place }) : t('%(place)s没有找到符合的驿站', { place })
  return found ? tn('%(place)s“%(text)s”，%(num)s 个驿站', found, { place, text }) : nothingFound(place, text)
}

function says(station, text) {
  if (!text) return true
  const all = `${station.name} ${station.address ?? ''} ${station.code}`.toLowerCase()
  return text.toLowerCase().split(' ').every((word) => all.includes(word))
}

// yes, no or unknown.
function fits(station, rule) {
  if (rule.always_open && station.hours !== '24/7') return 'no'
  const registration = rule.registration_required
  if (registration !== null && station.registration !== registration) return 'no'
  const any = rule.any.length ? [worst(rule.any.map((id) => has(station, id)).map(turned))].map(turned) : []
  return worst([...rule.all.map((id) => has(station, id)), ...any])
}

function has(station, id) {
  const state = station.amenities.get(id)
  return state === undefined ? 'unknown' : state === 'yes' ? 'yes' : 'no'
}

const worst = (all) => (all.includes('no') ? 'no' : all.includes('unknown') ? 'unknown' : 'yes')
const turned = (said) => ({ yes: 'no', no: 'yes', unknown: 'unknown' })[said]
