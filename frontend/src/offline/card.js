// A card like the server's (templates/_card.html), of what is kept on the phone. Names and
// addresses are only ever set as text.
import icons from '../../icons.json'
import { toGcj02 } from '../datum.js'
import { stateOf } from './state.js'
import { isChinese, label, t, theirs, tn } from '../words.js'
import { distanceWords, minutesWords, verifiedWords } from './wording.js'

const SHOWN = 5
const WALKING_M = 1200
const STATE_WORD = {
  yes: () => '', partial: () => t('部分'), broken: () => t('坏了'), no: () => t('没有'), unknown: () => t('不清楚'),
}
// A toilet nearby need not be spoken of where there is one inside, and the reverse.
const TWINS = { toilet: 'toilet_nearby', toilet_nearby: 'toilet' }

export function cardOf(station, metres, { city, rules, search, minute }) {
  const card = element('article', `card${station.reportedLocked ? ' is-reported' : ''}`)
  const [lon, lat] = station.place
  const marks = marksOf(station, rules, city.words)
  Object.assign(card.dataset, { code: station.code, lon, lat, has: hasOf(station, city.words) })
  const page = `/stations/${encodeURIComponent(station.code)}`
  const away = metres ?? null
  card.append(
    wrap('h3', 'name', link(`${page}${search}`, '', station.name)),
    stateLine(stateOf(station, city.hours, minute), away),
    ...some(station.reportedLocked, () => wrap('p', 'reported-locked', shape('!'), t('有人反映锁门'))),
    ...some(hoursOf(station, city.hours), (text) => element('p', 'hours', text)),
    ...some(away !== null, () => element('p', 'minutes', minutesWords(away))),
    marks.length ? amenityList(marks) : wrap('p', 'amenities', amenity('unknown', 'ui.unknown', t('有什么不清楚'))),
    accessLine(station, rules, city, minute),
    ...some(station.address, (text) => element('p', 'address', text)),
    actions(station, away, page, search),
  )
  return card
}

export function stateLine(state, away) {
  const line = wrap('p', `state state-${state.look}`, shape(state.shape), element('span', 'words', state.words))
  if (away !== null) line.append(element('span', 'distance', distanceWords(away)))
  return line
}

function hoursOf(station, hours) {
  if (!station.hours || station.hours === '24/7') return ''
  const told = hours.timetables[station.timetable]
  return (isChinese() ? told?.text : told?.text_en) ?? station.hoursText ?? station.hours
}

// -- amenities ---------------------------------------------------------------------------

const stateIn = (station, id) => station.amenities.get(id) ?? 'unknown'

function marksOf(station, rules, words) {
  const asked = [...new Set(rules.flatMap((rule) => [...rule.all, ...rule.any]))]
  const spoken = asked.map((id) => words.amenity.get(id)).filter((one) => one && !covered(one, asked, station, words))
  const others = words.amenities.filter(({ id }) =>
    !asked.includes(id) && ['yes', 'partial'].includes(stateIn(station, id)))
  return [
    ...spoken.map((one) => ({ ...one, look: stateIn(station, one.id), asked: true })),
    ...others.map((one) => ({ ...one, look: stateIn(station, one.id), asked: false })),
  ]
}

function covered(one, asked, station, words) {
  const twin = words.amenities.find(({ code }) => code === TWINS[one.code])
  return twin && asked.includes(twin.id) && stateIn(station, one.id) !== 'yes' && stateIn(station, twin.id) === 'yes'
}

const hasOf = (station, words) => words.amenities
  .filter(({ id }) => ['yes', 'partial', 'broken'].includes(stateIn(station, id)))
  .map(({ code }) => code).join(' ')

function amenityList(marks) {
  const list = element('ul', 'amenities')
  list.setAttribute('aria-label', t('设施'))
  for (const mark of marks.slice(0, SHOWN)) {
    const sign = mark.asked && mark.look === 'yes' ? 'ui.check' : mark.code
    const item = amenity(`${mark.look}${mark.asked ? ' asked' : ''}`, sign, label(mark), 'li')
    const note = STATE_WORD[mark.look]()
    if (note) item.append(' ', element('small', '', note))
    list.append(item)
  }
  if (marks.length > SHOWN) {
    list.append(wrap('li', 'amenity further', `+${marks.length - SHOWN}`, element('span', 'sr-only', ` ${tn('样', marks.length - SHOWN)}`)))
  }
  return list
}

const amenity = (look, sign, words, tag = 'span') => wrap(tag, `amenity ${look}`, icon(sign), words)

// -- getting in, going there --------------------------------------------------------------

function accessLine(station, rules, { words }, minute) {
  const parts = [words.access.get(station.access) ?? t('怎么进门不清楚')]
  const asks = rules.some((rule) => rule.registration_required !== null)
  if (station.registration !== null) parts.push(station.registration ? t('要登记') : t('免登记'))
  else if (asks) parts.push(t('是否登记不清楚'))
  const line = wrap('p', 'access', parts.join(' · '), element('span', 'dot', ' · '), verifiedWords(station.verifiedOn, minute))
  if (station.demo) line.append(' ', element('span', 'tag', t('示例')))
  return line
}

function actions(station, away, page, search) {
  const report = link(`${page}/report${search}`, 'button', t('锁门了？'))
  report.dataset.report = ''
  const go = link(goUrl(station, away), 'button go', icon('ui.go'), t('去这里'))
  Object.assign(go, { target: '_blank', rel: 'noopener noreferrer' })
  const all = [go, link(`${page}${search}`, 'button', t('详情')), report]
  for (const one of all) {
    const about = one === report ? t('反映问题：') : t('：')
    one.append(element('span', 'sr-only', `${about}${station.name}`))
  }
  return wrap('p', 'actions', ...all)
}

// Amap's route, as station_map/web/pages/links.py makes it.
function goUrl(station, away) {
  const place = toGcj02(station.place).map((degrees) => degrees.toFixed(6)).join(',')
  const name = encodeURIComponent(station.name.replace(/[,，]/g, ' '))
  const mode = away !== null && away <= WALKING_M ? 'walk' : 'ride'
  return `https://uri.amap.com/navigation?to=${place},${name}&mode=${mode}&src=station-map`
}

// -- elements ------------------------------------------------------------------------------

const some = (value, make) => (value ? [make(value)] : [])

export function element(tag, className, text) {
  const made = document.createElement(tag)
  if (className) made.className = className
  if (text) made.append(...theirs(text))
  return made
}

export function wrap(tag, className, ...parts) {
  const made = element(tag, className)
  made.append(...parts.flatMap((part) => (typeof part === 'string' ? theirs(part) : part)))
  return made
}

function link(href, className, ...parts) {
  const made = wrap('a', className, ...parts)
  made.href = href
  return made
}

function shape(text) {
  const made = element('span', 'shape', text)
  made.setAttribute('aria-hidden', 'true')
  return made
}

function icon(name) {
  const space = 'http://www.w3.org/2000/svg'
  const svg = document.createElementNS(space, 'svg')
  svg.setAttribute('class', 'icon')
  svg.setAttribute('aria-hidden', 'true')
  const use = document.createElementNS(space, 'use')
  use.setAttribute('href', `#i-${icons[name]}`)
  svg.append(use)
  return svg
}
