// The nearest stations that are open, in a page of your own, by one request: docs/how-to/api.md.
//
//   <ul id="stations"></ul>
//   <script type="module">
//     import { nearest, draw } from './nearest.js'
//     const found = await nearest('https://stations.example.org', 116.798, 33.956, { open: 'now' })
//     draw(document.getElementById('stations'), found)
//   </script>

export class Problem extends Error {
  constructor(told) {
    super(told.detail ?? told.title)
    this.told = told // RFC 9457: type, title, status, detail, and the parameters that are wrong
  }
}

// Stations as {code, name, metres, lon, lat, state}. lon, lat: degrees, WGS-84; say crs: 'gcj02' for
// Amap and Tencent. filters: as in the API, such as {amenity: 'microwave', open: 'now', k: 5}.
export async function nearest(server, lon, lat, filters = {}) {
  const asked = new URLSearchParams({ lon, lat, ...filters })
  const answer = await patient(`${server}/api/v1/stations/nearest?${asked}`)
  const told = await answer.json()
  if (!answer.ok) throw new Problem(told)
  return told.features.map(({ geometry, properties }) => ({
    code: properties.code,
    name: properties.name,
    metres: properties.distance_m,
    lon: geometry.coordinates[0],
    lat: geometry.coordinates[1],
    state: properties.state.text,
    address: `${server}/stations/${encodeURIComponent(properties.code)}`,
  }))
}

// Whoever asked too often is told how long to wait, and waits once.
async function patient(address) {
  const answer = await fetch(address)
  if (answer.status !== 429) return answer
  const seconds = Math.min(Number(answer.headers.get('Retry-After')) || 1, 60)
  await new Promise((done) => setTimeout(done, seconds * 1000))
  return fetch(address)
}

// Names are what others wrote: as text, never as HTML.
export function draw(list, stations) {
  list.replaceChildren(...stations.map((station) => {
    const link = document.createElement('a')
    link.href = station.address
    link.textContent = station.name
    const item = document.createElement('li')
    item.append(link, ` ${Math.round(station.metres)} 米 · ${station.state}`)
    return item
  }))
}
