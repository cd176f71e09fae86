// Figures and times in the words of the server (station_map/web/pages/wording.py and
// station_map/domain/hours/wording.py); a test holds both equal, in each language.
import { isChinese, t, tn } from '../words.js'

const DETOUR = 1.3
const WALK_M_PER_MIN = 5000 / 60
const EBIKE_M_PER_MIN = 15_000 / 60
const DAY_MIN = 24 * 60
const CHINA_MIN = 8 * 60

// Python's: a half goes to the even side.
function round(value) {
  const whole = Math.floor(value)
  const rest = value - whole
  return rest > 0.5 || (rest === 0.5 && whole % 2) ? whole + 1 : whole
}

export function distanceWords(metres) {
  const tens = round(metres / 10) * 10
  if (tens < 1000) return t('%(n)s 米', { n: Math.max(tens, 10) })
  // Of exact halves only those of .25 go the other way than with toFixed.
  const tenths = tens / 1000 - (tens % 1000 === 250 ? 1e-9 : 0)
  return t('%(n)s 公里', { n: tens < 10_000 ? tenths.toFixed(1) : round(metres / 1000) })
}

export function minutesWords(metres) {
  const [walk, ride] = [WALK_M_PER_MIN, EBIKE_M_PER_MIN].map((pace) => Math.max(1, round(metres * DETOUR / pace)))
  if (walk > 120) return t('骑行约 %(ride)s', { ride: duration(ride) })
  return t('步行约 %(walk)s · 骑行约 %(ride)s', { walk: duration(walk), ride: duration(ride) })
}

function duration(minutes) {
  if (minutes < 60) return t('%(n)s 分钟', { n: minutes })
  const fives = round(minutes / 5) * 5
  const [hours, rest] = [Math.floor(fives / 60), fives % 60]
  return rest ? t('%(hours)s 小时 %(rest)s 分', { hours, rest }) : t('%(hours)s 小时', { hours })
}

// day: 2026-11-22. minute: since 1970 UTC.
export function verifiedWords(day, minute) {
  if (!day) return t('还没有人核实')
  const days = dayOf(minute) - Date.parse(day) / 86_400_000
  if (days <= 0) return t('今天有人核实')
  if (days < 30) return tn('%(num)s 天前有人核实', days)
  const months = Math.floor(days / 30)
  return months < 24 ? tn('%(num)s 个月前有人核实', months) : tn('%(num)s 年前有人核实', Math.floor(days / 365))
}

export function ageWords(milliseconds) {
  const minutes = Math.floor(milliseconds / 60_000)
  if (minutes < 2) return t('数据是刚刚的')
  if (minutes < 60) return tn('数据是 %(num)s 分钟前的', minutes)
  if (minutes < 2 * DAY_MIN) return tn('数据是 %(num)s 小时前的', Math.floor(minutes / 60))
  return tn('数据是 %(num)s 天前的', Math.floor(minutes / DAY_MIN))
}

// Days since 1970-01-01 in China; a date from it by UTC's fields.
export const dayOf = (minute) => Math.floor((minute + CHINA_MIN) / DAY_MIN)
const dateOf = (day) => new Date(day * 86_400_000)
const inWords = (date, options) =>
  date.toLocaleDateString(isChinese() ? 'zh-CN' : document.documentElement.lang, { ...options, timeZone: 'UTC' })

export function untilWords(until, now) {
  const midnight = (until + CHINA_MIN) % DAY_MIN === 0
  const day = dayOf(midnight ? until - 1 : until)
  const near = day === dayOf(now) ? '' : `${dayWords(day, dayOf(now))} `
  return t('到 %(near)s%(time)s', { near, time: midnight ? '24:00' : clock(until) })
}

export const opensWords = (at, now) => t('%(day)s %(time)s 开', { day: dayWords(dayOf(at), dayOf(now)), time: clock(at) })

export function dateWords(text, now) {
  const date = new Date(text)
  const today = dateOf(dayOf(now))
  const month = inWords(date, { month: 'short' })
  const [year, day] = [date.getUTCFullYear(), date.getUTCDate()]
  const far = year !== today.getUTCFullYear() && Math.abs(date - today) > 180 * 86_400_000
  return far ? t('%(year)s年%(month)s%(day)s日', { year, month, day }) : t('%(month)s%(day)s日', { month, day })
}

export const isBefore = (minute, day) => dateOf(dayOf(minute)) < new Date(day)

function dayWords(day, today) {
  const days = day - today
  if (days === 0) return t('今天')
  if (days === 1) return t('明天')
  if (days > 0 && days < 7) return inWords(dateOf(day), { weekday: 'short' })
  return dateWords(dateOf(day).toISOString(), today * DAY_MIN)
}

function clock(minute) {
  const time = (minute + CHINA_MIN) % DAY_MIN
  return `${Math.floor(time / 60)}:${String(time % 60).padStart(2, '0')}`
}
