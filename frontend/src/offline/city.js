// The whole city as it is kept on the phone: rows of the slim table as stations.
import { pickable } from '../picks.js'
import { label } from '../words.js'
import { BOX, CITY_CACHE, KEPT_AT, TABLE, WORDS } from './names.js'
import { asked, holds } from './table.js'

const kept = async (address) => (await caches.open(CITY_CACHE)).match(address)
const fetchedAt = (response) => Number(response?.headers.get(KEPT_AT) ?? 0)
const boxOf = (response) => response.headers.get(BOX)?.split(',').map(Number) ?? null

let city = null
let reading = null

// {at, box, demo, hours, stations, words}, or null when nothing is kept. at: ms since 1970. box: of
// degrees, where only what is in it is kept.
export function keptCity() {
  reading ??= read().finally(() => { reading = null })
  return reading
}

async function read() {
  if (!('caches' in window)) return null
  const [table, words] = await Promise.all([kept(TABLE), kept(WORDS)])
  if (!table || !words) return null
  const at = fetchedAt(table)
  if (city?.at !== at) city = { box: boxOf(table), ...readCity(at, await table.json(), await words.json()) }
  return city
}

// When the kept table was fetched, ms since 1970; 0 when there is none for where the rider is.
export async function keptAt() {
  const [table, words] = await Promise.all([kept(TABLE), kept(WORDS)])
  return words && table && holds(boxOf(table), asked()) ? fetchedAt(table) : 0
}

function readCity(at, told, words) {
  const columns = Object.fromEntries(told.fields.map((name, place) => [name, place]))
  // What is on today is told for the day of the table alone.
  const days = Math.floor((Date.now() / 60_000 - told.hours.from) / (24 * 60))
  const known = (name) => name !== 'services' || days === 0
  const stations = told.rows.map((row) => readStation((name) => (known(name) ? row[columns[name]] : null), told.vocabulary))
  return { at, demo: told.demo, hours: told.hours, stations, words: labels(words) }
}

function readStation(value, vocabulary) {
  return {
    code: value('code'),
    name: value('name'),
    place: [value('lon'), value('lat')],
    status: vocabulary.status[value('status')],
    hours: value('opening_hours'),
    hoursText: value('hours_text'),
    timetable: value('timetable'),
    suspendedUntil: value('suspended_until'),
    ...pickable(value, vocabulary),
    registration: value('registration_required'),
    adcode: value('adcode'),
    address: value('address'),
    verifiedOn: value('verified_on'),
    demo: value('demo'),
    reportedLocked: value('reported_locked'),
    amenities: new Map([
      ['yes', 'amenities'], ['partial', 'amenities_partial'],
      ['broken', 'amenities_broken'], ['no', 'amenities_absent'],
    ].flatMap(([state, name]) => value(name).map((id) => [id, state]))),
  }
}

function labels(words) {
  return {
    amenities: words.amenities,
    amenity: new Map(words.amenities.map((one) => [one.id, one])),
    access: new Map(words.vocabularies.access_method.map((one) => [one.code, label(one)])),
  }
}
