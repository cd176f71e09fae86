// Where a layer, areas or sites lie that are not kept yet. Numbers only.
import { ground, settle } from '../plain-map.js'

const L = window.L
const CLOSE_ZOOM = 15
const RANKS = 4

window.stationMap = {
  mount(map, options) {
    const box = document.getElementById('layers-map')
    box.hidden = false
    settle(map, '文件里的地方，加减号缩放')
    if (matchMedia('(pointer: coarse)').matches) map.dragging.disable()
    L.control.scale({ imperial: false }).addTo(map)
    ground(map, options)
    load(map, box)
  },
}

async function load(map, box) {
  let places
  try {
    const answer = await fetch(box.dataset.places)
    if (!answer.ok) throw new Error(`${answer.status}`)
    places = await answer.json()
  } catch {
    box.hidden = true
    return
  }
  // The heaviest come first and shall lie on top.
  places.features.reverse()
  const drawn = L.geoJSON(places, {
    interactive: false,
    pointToLayer: (feature, place) => L.circleMarker(place, { radius: 4, className: `layer-place layer-place-${rank(feature)}` }),
    style: (feature) => (feature.geometry.type === 'Point' ? {} : { className: 'layer-area' }),
  }).addTo(map)
  if (places.features.length) map.fitBounds(drawn.getBounds(), { padding: [20, 20], maxZoom: CLOSE_ZOOM, animate: false })
  box.classList.add('is-ready')
}

function rank({ properties }) {
  return Math.min(Math.max(Math.trunc(Number(properties.rank)) || 0, 0), RANKS - 1)
}
