// The server's answer to a question, worked out on the phone from the kept table
// (station_map/web/pages/results.py). Unknown is neither yes nor no: those come after.
import { distance } from './distance.js'

const STEP = 10
const MOST = 100
const IN_USE = new Set(['open', 'suspended'])

// rules: of the filters that are chosen. opening: of a station, yes, no or unknown. Gives
// {heading, groups, more}: groups of {title, cards: [station, metres]}, and how many a longer
// list would hold.
export function find(stations, question, rules, opening, districtName) {
  const near = question.position && !question.text && !question.district
  const count = Number(question.count) || STEP
  const told = stations
    .filter((one) => (near ? one.status === 'open' : IN_USE.has(one.status)))
    .filter((one) => (!question.district || one.adcode === question.district) && says(one, question.text))
    .map((one) => ({ one, has: worst(rules.map((rule) => fits(one, rule))), open: question.openNow ? opening(one) : 'yes' }))
  const group = (has, open) => told
    .filter((each) => has.includes(each.has) && each.open === open)
    .map(({ one }) => [one, question.position && distance(question.position, one.place)])
    .sort(byDistance)
  // What is not known of its amenities is told of the nearest alone, as the server does.
  const maybe = near ? ['yes', 'unknown'] : ['yes']
  const all = [group(['yes'], 'yes'), near ? group(['unknown'], 'yes') : [], group(maybe, 'unknown')]
  const groups = titled(cut(all, count))
  const found = all.reduce((sum, some) => sum + some.length, 0)
  return {
    heading: near ? nearHeading(groups) : listHeading(question, districtName, all[0].length),
    groups: groups.filter(({ cards }) => cards.length),
    more: found > count && count < MOST ? count + STEP : 0,
  }
}

function cut(all, count) {
  let left = count
  return all.map((some) => {
    const cards = some.slice(0, left)
    left -= cards.length
    return cards
  })
}

const titled = ([known, unknown, shut]) => [
  { title: '', cards: known },
  { title: `不清楚有没有的 ${unknown.length} 个`, cards: unknown },
  { title: `开放时间未知的 ${shut.length} 个`, cards: shut },
]

const byDistance = ([one, away], [other, further]) => away - further || (one.code < other.code ? -1 : 1)

function nearHeading([known, ...others]) {
  if (known.cards.length) return `离这个位置最近的 ${known.cards.length} 个驿站`
  return others.some(({ cards }) => cards.length) ? '没有找到确定符合的驿站' : '没有找到驿站'
}

function listHeading({ text }, districtName, found) {
  const place = districtName || '全部地区'
  const about = text ? `“${text}”` : ''
  return found ? `${place}${about}，${found} 个驿站` : `${place}没有找到${about || '符合的驿站'}`
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
