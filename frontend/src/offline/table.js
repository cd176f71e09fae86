// The table of all stations, kept on the phone; where they are too many for one answer, the part of
// it around the rider. Which part is told in whole quarters of a degree, so no place goes out by this.
import { readQuestion } from '../question.js'
import { BOX, CITY_CACHE, KEPT_AT, PARTLY, TABLE } from './names.js'
import { lastQuestion } from './last.js'

const TOO_MANY = 413
const STEP = 0.25 // degrees, some 25 km
// So many steps to each side, until the server can tell them all.
const REACHES = [2, 1, 0]

// Has the table kept. Nobody is asked again for what the server said it cannot tell.
export async function keepTable(fresh) {
  const cache = await caches.open(CITY_CACHE)
  if (!(await saidTooMany(cache, fresh))) {
    const response = await fetch(TABLE)
    // Whatever it is, it is read to its end: an answer that nobody reads never ends.
    await response.blob()
    if (response.status !== TOO_MANY) return cache.delete(PARTLY)
    await cache.put(PARTLY, new Response('', { headers: { [KEPT_AT]: String(Date.now()) } }))
  }
  return keepPart(cache)
}

async function saidTooMany(cache, fresh) {
  const said = await cache.match(PARTLY)
  return said !== undefined && Date.now() - Number(said.headers.get(KEPT_AT)) < fresh
}

async function keepPart(cache) {
  const place = asked()
  if (!place) return
  for (const reach of REACHES) {
    const box = around(place, reach)
    const response = await fetch(`${TABLE}&bbox=${box}`)
    const body = await response.blob()
    if (response.ok) {
      const headers = { [KEPT_AT]: String(Date.now()), [BOX]: box.join() }
      return cache.put(TABLE, new Response(body, { headers }))
    }
    if (response.status !== TOO_MANY) return
  }
}

// The place that is asked about, else the last one; null when none was named.
export const asked = () => readQuestion(new URLSearchParams(location.search)).position
  ?? readQuestion(new URLSearchParams(lastQuestion())).position

const around = (place, reach) => [-1, 1].flatMap((side) =>
  place.map((along) => (Math.floor(along / STEP) + (side < 0 ? -reach : reach + 1)) * STEP))

// Whether what is kept tells of a place. box: west, south, east, north; null when all is kept.
export const holds = (box, place) => !box || !place
  || (box[0] <= place[0] && place[0] < box[2] && box[1] <= place[1] && place[1] < box[3])
