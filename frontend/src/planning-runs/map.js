// The map of a run's answer: gaps as shapes, new sites and those given up as marks, and the
// stations as dots. Names are text that strangers typed, and are only ever set as text.
import { getJson, text } from '../admin/parts.js'
import { ground, settle } from '../admin/plain-map.js'

const L = window.L
const CLOSE_ZOOM = 15
const LOOKS = new Set(['gap', 'site', 'closed'])
const EDGES = { padding: [32, 32] }

window.stationMap = {
  mount(map, options) {
    const box = document.getElementById('results-map')
    settle(map, `${box.dataset.label}，加减号缩放`)
    if (matchMedia('(pointer: coarse)').matches) map.dragging.disable()
    L.control.scale({ imperial: false }).addTo(map)
    draw(map, box, options).catch(() => tell('地图上的东西没有拿到，刷新可以再试。'))
  },
}

async function draw(map, box, options) {
  const [found, areas] = await Promise.all([
    getJson(`${box.dataset.url}?crs=${options.datum}`),
    ground(map, options),
  ])
  map.createPane('dots').style.zIndex = 420
  const shown = new Map(found.features.map((feature) => [feature.id, add(map, feature)]))
  const bounds = L.latLngBounds([])
  for (const one of shown.values()) bounds.extend(one.bounds)
  if (bounds.isValid()) map.fitBounds(bounds, { ...EDGES, maxZoom: CLOSE_ZOOM, animate: false })
  else if (areas) map.fitBounds(areas.bounds(), { animate: false })
  box.addEventListener('go-to', ({ detail }) => go(map, shown, detail))
  box.classList.add('is-ready')
  await stations(map, options)
  box.dataset.stations = 'shown'
}

function add(map, { geometry, properties: { look, mark, name, words } }) {
  const kind = LOOKS.has(look) ? look : 'site'
  const told = [name, words].filter(Boolean).join('，')
  const shape = geometry.type === 'Point' ? null : L.geoJSON(geometry, { style: { className: `spot-${kind}` } }).addTo(map)
  const bounds = shape ? shape.getBounds() : L.latLngBounds([at(geometry)])
  const made = L.marker(bounds.getCenter(), { icon: icon(mark, kind, told), keyboard: false, alt: told }).addTo(map)
  for (const one of [shape, made]) one?.bindTooltip(text(told), { direction: 'top', className: 'pin-tip' })
  return { bounds, shape, made }
}

const at = ({ coordinates: [lon, lat] }) => L.latLng(lat, lon)

const Mark = L.DivIcon.extend({
  createIcon(old) {
    const made = L.DivIcon.prototype.createIcon.call(this, old)
    made.setAttribute('role', 'img')
    made.setAttribute('aria-label', this.options.label)
    return made
  },
})
const icon = (mark, look, label) => new Mark({ html: text(mark), className: `mark mark-${look}`, iconSize: [44, 44], label })

function go(map, shown, id) {
  for (const { shape, made } of shown.values()) {
    made.getElement()?.classList.remove('is-lit')
    shape?.eachLayer((layer) => layer.getElement?.()?.classList.remove('is-lit'))
  }
  const one = shown.get(id)
  if (!one) return
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
  map.fitBounds(one.bounds, { ...EDGES, maxZoom: CLOSE_ZOOM, animate: !calm })
  one.made.getElement()?.classList.add('is-lit')
  one.shape?.eachLayer((layer) => layer.getElement?.()?.classList.add('is-lit'))
  one.made.openTooltip()
}

// Those of what is seen at first and around it; more than the server gives at once are left out.
async function stations(map, options) {
  const { _southWest: low, _northEast: high } = map.getBounds().pad(0.5)
  const box = [low.lng, low.lat, high.lng, high.lat].map((one) => one.toFixed(5)).join(',')
  let table
  try {
    table = await getJson(`${options.stations}?crs=${options.datum}&bbox=${box}`)
  } catch {
    return tell('驿站太多或者没有拿到，地图上没有画。')
  }
  const place = Object.fromEntries(table.fields.map((name, index) => [name, index]))
  const open = table.vocabulary.status.indexOf('open')
  const renderer = L.svg({ pane: 'dots' })
  for (const row of table.rows) {
    if (row[place.status] !== open) continue
    L.circleMarker([row[place.lat], row[place.lon]], { pane: 'dots', renderer, radius: 4, className: 'station-dot' })
      .bindTooltip(text(row[place.name]), { direction: 'top', className: 'pin-tip' })
      .addTo(map)
  }
}

function tell(words) {
  const note = document.getElementById('results-map-note')
  note.textContent = words
  note.hidden = false
}
