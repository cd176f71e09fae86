// Open or not, from the stretches that the server worked out for the days ahead. Beyond them,
// or before them, nobody knows: the answer is "unknown", never a guess.
import { t } from '../words.js'
import { dateWords, isBefore, opensWords, untilWords } from './wording.js'

const SOON_MIN = 30
const SHAPES = { open: '●', soon: '◐', closed: '○', suspended: '⊘', unknown: '?' }

// station: of city.js. hours: the table's. minute: since 1970 UTC.
export function stateOf(station, hours, minute) {
  const said = stated(station, hours, minute)
  const reason = reasonOf(hours.timetables[station.timetable], minute - hours.from)
  const written = said.look === 'unknown' && station.hoursText
  return {
    ...said,
    words: said.words + (reason && said.dated ? t('（%(why)s）', { why: reason }) : '')
      + (written ? t('（原文：%(text)s）', { text: written }) : ''),
  }
}

// dated: whether what holds on certain dates is told with it.
const told = (look, words, dated = true) => ({ look, shape: SHAPES[look], words, dated })

const reasonOf = (timetable, at) => timetable?.reasons.find(([from, to]) => from <= at && at < to)?.[2]

function stated(station, hours, minute) {
  if (station.status === 'suspended' && (!station.suspendedUntil || isBefore(minute, station.suspendedUntil))) {
    return told('suspended', station.suspendedUntil
      ? t('暂停，到 %(day)s', { day: dateWords(station.suspendedUntil, minute) }) : t('暂停'))
  }
  if (station.status === 'planned') return told('closed', t('筹建中，还没开放'), false)
  if (station.status === 'delisted') return told('closed', t('已经摘牌'), false)
  if (station.status === 'closed') return told('closed', t('已经关闭'), false)
  return byHours(station, hours, minute)
}

function byHours(station, hours, minute) {
  const timetable = hours.timetables[station.timetable]
  const length = hours.until - hours.from
  const at = minute - hours.from
  if (!timetable || at < 0 || at >= length) return told('unknown', t('时间未知'))
  const open = holding(timetable.open, at)
  if (open) return isOpen(station, timetable, open[1] < length ? hours.from + open[1] : null, minute)
  if (holding(timetable.unknown, at)) return told('unknown', t('时间未知'))
  const next = timetable.open.find((edge, place) => place % 2 === 0 && edge > at)
  return told('closed', next === undefined ? t('已关')
    : t('已关，%(opens)s', { opens: opensWords(hours.from + next, minute) }))
}

function holding(edges, at) {
  for (let place = 0; place < edges.length; place += 2) {
    if (edges[place] <= at && at < edges[place + 1]) return edges.slice(place, place + 2)
  }
  return null
}

function isOpen(station, timetable, until, minute) {
  const always = station.status === 'open' && station.hours === '24/7' && !timetable.reasons.length
  if (always) return told('open', t('24 小时开放'), false)
  if (until === null) return told('open', t('开放中'))
  if (until - minute <= SOON_MIN) return told('soon', t('快关了，还有 %(n)s 分钟', { n: until - minute }))
  return told('open', t('开放中，%(until)s', { until: untilWords(until, minute) }))
}
