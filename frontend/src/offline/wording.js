// Figures and times in the words of the server (station_map/web/pages/wording.py and
// station_map/domain/hours/wording.py); a test holds both equal.
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

export function distanceZh(metres) {
  const tens = round(metres / 10) * 10
  if (tens < 1000) return `${Math.max(tens, 10)} 米`
  // Of exact halves only those of .25 go the other way than with toFixed.
  const tenths = tens / 1000 - (tens % 1000 === 250 ? 1e-9 : 0)
  return tens < 10_000 ? `${tenths.toFixed(1)} 公里` : `${round(metres / 1000)} 公里`
}

export function minutesZh(metres) {
  const [walk, ride] = [WALK_M_PER_MIN, EBIKE_M_PER_MIN].map((pace) => Math.max(1, round(metres * DETOUR / pace)))
  return walk > 120 ? `骑行约 ${duration(ride)}` : `步行约 ${duration(walk)} · 骑行约 ${duration(ride)}`
}

function duration(minutes) {
  if (minutes < 60) return `${minutes} 分钟`
  const fives = round(minutes / 5) * 5
  const [hours, rest] = [Math.floor(fives / 60), fives % 60]
  return rest ? `${hours} 小时 ${rest} 分` : `${hours} 小时`
}

// day: 2026-11-22. minute: since 1970 UTC.
export function verifiedZh(day, minute) {
  if (!day) return '还没有人核实'
  const days = dayOf(minute) - Date.parse(day) / 86_400_000
  if (days <= 0) return '今天有人核实'
  if (days < 30) return `${days} 天前有人核实`
  const months = Math.floor(days / 30)
  return months < 24 ? `${months} 个月前有人核实` : `${Math.floor(days / 365)} 年前有人核实`
}

export function ageZh(milliseconds) {
  const minutes = Math.floor(milliseconds / 60_000)
  if (minutes < 2) return '刚刚的'
  if (minutes < 60) return ` ${minutes} 分钟前的`
  if (minutes < 2 * DAY_MIN) return ` ${Math.floor(minutes / 60)} 小时前的`
  return ` ${Math.floor(minutes / DAY_MIN)} 天前的`
}

// Days since 1970-01-01 in China; a date from it by UTC's fields.
const dayOf = (minute) => Math.floor((minute + CHINA_MIN) / DAY_MIN)
const dateOf = (day) => new Date(day * 86_400_000)

export function untilZh(until, now) {
  const midnight = (until + CHINA_MIN) % DAY_MIN === 0
  const day = dayOf(midnight ? until - 1 : until)
  const near = day === dayOf(now) ? '' : `${dayZh(day, dayOf(now))} `
  return `到 ${near}${midnight ? '24:00' : clock(until)}`
}

export const opensZh = (at, now) => `${dayZh(dayOf(at), dayOf(now))} ${clock(at)} 开`

export function dateZh(text, now) {
  const date = new Date(text)
  const today = dateOf(dayOf(now))
  const far = date.getUTCFullYear() !== today.getUTCFullYear() && Math.abs(date - today) > 180 * 86_400_000
  return `${far ? `${date.getUTCFullYear()}年` : ''}${date.getUTCMonth() + 1}月${date.getUTCDate()}日`
}

export const isBefore = (minute, day) => dateOf(dayOf(minute)) < new Date(day)

function dayZh(day, today) {
  const days = day - today
  if (days === 0) return '今天'
  if (days === 1) return '明天'
  if (days > 0 && days < 7) return `周${'日一二三四五六'[dateOf(day).getUTCDay()]}`
  return dateZh(dateOf(day).toISOString(), today * DAY_MIN)
}

function clock(minute) {
  const time = (minute + CHINA_MIN) % DAY_MIN
  return `${Math.floor(time / 60)}:${String(time % 60).padStart(2, '0')}`
}
