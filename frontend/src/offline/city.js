// The whole city as it is kept on the phone: rows of the slim table as stations.
import { CITY_CACHE, KEPT_AT, TABLE, WORDS } from './names.js'

const kept = async (address) => {
  const cache = await caches.open(CITY_CACHE)
  const response = await cache.match(address)
  return response && { at: Number(response.headers.get(KEPT_AT)), told: await response.json() }
}

let city = null

// {at, demo, hours, stations, words}, or null when nothing is kept. at: ms since 1970.
export async function keptCity() {
  if (!('caches' in window)) return null
  const [table, words] = await Promise.all([kept(TABLE), kept(WORDS)])
  if (!table || !words) return null
  if (city?.at !== table.at) city = readCity(table, words.told)
  return city
}

// When the kept table was fetched, ms since 1970; 0 when there is none.
export async function keptAt() {
  const cache = await caches.open(CITY_CACHE)
  const both = await Promise.all([cache.match(TABLE), cache.match(WORDS)])
  return both[1] ? Number(both[0]?.headers.get(KEPT_AT) ?? 0) : 0
}

export function readCity({ at, told }, words) {
  const columns = Object.fromEntries(told.fields.map((name, place) => [name, place]))
  const stations = told.rows.map((row) => readStation((name) => row[columns[name]], told.vocabulary))
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
    access: vocabulary.access_method[value('access_method')],
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
    access: new Map(words.vocabularies.access_method.map((one) => [one.code, one.zh])),
  }
}
