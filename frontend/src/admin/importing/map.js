// Some rows of a file, each at the place where every datum would put it. Numbers only.
import { ground, settle } from '../plain-map.js'

const L = window.L
const CLOSE_ZOOM = 15
const READINGS = ['wgs84', 'gcj02', 'bd09']

window.stationMap = {
  mount(map, options) {
    const box = document.getElementById('import-map')
    box.hidden = false
    settle(map, '每种坐标系把行放在哪里，加减号缩放')
    if (matchMedia('(pointer: coarse)').matches) map.dragging.disable()
    L.control.scale({ imperial: false }).addTo(map)
    ground(map, options)
    load(map, box)
  },
}

async function load(map, box) {
  let features
  try {
    const answer = await fetch(box.dataset.points)
    if (!answer.ok) throw new Error(`${answer.status}`)
    features = (await answer.json()).features
  } catch {
    box.hidden = true
    return
  }
  const rows = new Map()
  for (const { geometry, properties } of features) {
    const { reading, sheet, number } = properties
    if (!READINGS.includes(reading)) continue
    const place = L.latLng(geometry.coordinates[1], geometry.coordinates[0])
    const icon = L.divIcon({ className: `reading-pin reading reading-${reading}`, iconSize: [14, 14] })
    L.marker(place, { icon, interactive: false, keyboard: false }).addTo(map)
    const key = `${sheet}/${number}`
    if (!rows.has(key)) rows.set(key, [])
    rows.get(key).push(place)
  }
  if (rows.size) offer(map, [...rows.values()])
  box.classList.add('is-ready')
}

// All rows at once show where they are; one alone shows by how much the readings differ.
function offer(map, rows) {
  const tools = document.getElementById('import-map-tools')
  const where = tools.querySelector('[data-where]')
  let at = -1
  const all = () => {
    map.fitBounds(L.latLngBounds(rows.flat()).pad(0.05), { animate: false, maxZoom: CLOSE_ZOOM })
    where.textContent = `${rows.length} 行`
  }
  tools.querySelector('[data-next]').addEventListener('click', () => {
    at = (at + 1) % rows.length
    map.fitBounds(L.latLngBounds(rows[at]).pad(0.6), { animate: false, maxZoom: CLOSE_ZOOM })
    where.textContent = `第 ${at + 1} 个，共 ${rows.length} 个`
  })
  tools.querySelector('[data-all]').addEventListener('click', all)
  tools.hidden = false
  all()
}
