// The operators' map of points: in clusters, filled from the GeoJSON address that the page names.
// Names are text that strangers typed, and are only ever set as text.
import { getJson, text } from './parts.js'
import { ground, settle } from './plain-map.js'

const L = window.L
const CLOSE_ZOOM = 16
const EDGES = { paddingTopLeft: [48, 48], paddingBottomRight: [48, 48] }
const LOOKS = new Set(['station', 'first', 'second', 'report', 'new', 'considered', 'accepted', 'declined'])
const MARKS = { station: '驿', first: '甲', second: '乙', report: '人', new: '新', considered: '想', accepted: '是', declined: '否' }

window.stationMap = {
  mount(map, options) {
    const box = document.getElementById('spots')
    settle(map, `${box.dataset.label}，加减号缩放`)
    if (matchMedia('(pointer: coarse)').matches) map.dragging.disable()
    draw(map, box, options).catch(() => tell('地图上的点没有拿到，刷新可以再试。'))
  },
}

async function draw(map, box, options) {
  const address = new URL(box.dataset.url, location.href)
  address.searchParams.set('crs', options.datum)
  const [spots] = await Promise.all([getJson(address), ground(map, options)])
  // Two pins of one door are told apart closer by than a city's.
  const close = Math.min(Number(box.dataset.close) || CLOSE_ZOOM, map.getMaxZoom())
  const cluster = L.markerClusterGroup({
    showCoverageOnHover: false,
    disableClusteringAtZoom: close,
    spiderfyOnMaxZoom: false,
    animate: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    iconCreateFunction: (group) => icon(String(group.getChildCount()), 'cluster', `${group.getChildCount()} 处`),
  })
  cluster.addLayers(spots.features.map(marker))
  map.addLayer(cluster)
  if (spots.features.length) map.fitBounds(cluster.getBounds(), { ...EDGES, maxZoom: close, animate: false })
  box.classList.add('is-ready')
}

function marker({ geometry: { coordinates: [lon, lat] }, properties: { name, look, href } }) {
  const kind = LOOKS.has(look) ? look : 'report'
  const made = L.marker([lat, lon], { icon: icon(MARKS[kind], kind, name), keyboard: Boolean(href), alt: name })
  made.bindTooltip(text(name), { direction: 'top', offset: [0, -14] })
  // Only addresses of this application are followed.
  if (typeof href === 'string' && /^\/(?!\/)/.test(href)) made.on('click', () => location.assign(href))
  return made
}

const Spot = L.DivIcon.extend({
  createIcon(old) {
    const made = L.DivIcon.prototype.createIcon.call(this, old)
    made.setAttribute('aria-label', this.options.label)
    made.setAttribute('role', made.getAttribute('role') ?? 'img')
    return made
  },
})
const icon = (words, look, label) =>
  new Spot({ html: text(words), className: `spot spot-${look}`, iconSize: [44, 44], label })

function tell(words) {
  const note = document.getElementById('spots-note')
  note.textContent = words
  note.hidden = false
}
