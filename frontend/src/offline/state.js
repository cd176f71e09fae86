// Open or not, from the stretches that the server worked out for the days ahead. Beyond them,
// or before them, nobody knows: the answer is "unknown", never a guess.
import { dateZh, isBefore, opensZh, untilZh } from './wording.js'

const SOON_MIN = 30
const SHAPES = { open: '●', soon: '◐', closed: '○', suspended: '⊘', unknown: '?' }

// station: of city.js. hours: the table's. minute: since 1970 UTC.
export function stateOf(station, hours, minute) {
  const said = stated(station, hours, minute)
  const reason = reasonOf(hours.timetables[station.timetable], minute - hours.from)
  const written = said.look === 'unknown' && station.hoursText
  return {
    ...said,
    words: said.words + (reason && said.dated ? `（${reason}）` : '') + (written ? `（原文：${written}）` : ''),
  }
}

// dated: whether what holds on certain dates is told with it.
const told = (look, words, dated = true) => ({ look, shape: SHAPES[look], words, dated })

const reasonOf = (timetable, at) => timetable?.reasons.find(([from, to]) => from <= at && at < to)?.[2]

function stated(station, hours, minute) {
  if (station.status === 'suspended' && (!station.suspendedUntil || isBefore(minute, station.suspendedUntil))) {
    return told('suspended', station.suspendedUntil ? `暂停，到 ${dateZh(station.suspendedUntil, minute)}` : '暂停')
  }
  if (station.status === 'planned') return told('closed', '筹建中，还没开放', false)
  if (station.status === 'delisted') return told('closed', '已经摘牌', false)
  if (station.status === 'closed') return told('closed', '已经关闭', false)
  return byHours(station, hours, minute)
}

function byHours(station, hours, minute) {
  const timetable = hours.timetables[station.timetable]
  const length = hours.until - hours.from
  const at = minute - hours.from
  if (!timetable || at < 0 || at >= length) return told('unknown', '时间未知')
  const open = holding(timetable.open, at)
  if (open) return isOpen(station, timetable, open[1] < length ? hours.from + open[1] : null, minute)
  if (holding(timetable.unknown, at)) return told('unknown', '时间未知')
  const next = timetable.open.find((edge, place) => place % 2 === 0 && edge > at)
  return told('closed', next === undefined ? '已关' : `已关，${opensZh(hours.from + next, minute)}`)
}

function holding(edges, at) {
  for (let place = 0; place < edges.length; place += 2) {
    if (edges[place] <= at && at < edges[place + 1]) return edges.slice(place, place + 2)
  }
  return null
}

function isOpen(station, timetable, until, minute) {
  const always = station.status === 'open' && station.hours === '24/7' && !timetable.reasons.length
  if (always) return told('open', '24 小时开放', false)
  if (until === null) return told('open', '开放中')
  if (until - minute <= SOON_MIN) return told('soon', `快关了，还有 ${until - minute} 分钟`)
  return told('open', `开放中，${untilZh(until, minute)}`)
}
