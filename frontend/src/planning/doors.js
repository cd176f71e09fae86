// Stations as dots, those that are closed for a try crossed out, and those that are tried.
// Names are text that strangers typed, and are only ever set as text.
import { text } from '../admin/parts.js'

const L = window.L
const LOOKS = ['plan-door no', 'plan-door yes', 'plan-door maybe']
const DIGITS = 6
const SHUT = 3

// A whole city's dots would hide its cells.
const size = (zoom) => (zoom < 11 ? 2 : zoom < 13 ? 3.5 : 6)

// places: between the map's datum and the world's. on: what is done with a dot or a new station.
export function createDoors(map, places, on) {
  const pane = map.createPane('doors')
  pane.style.zIndex = 420
  const renderer = L.svg({ pane: 'doors', padding: 0.3 })
  const layer = L.layerGroup().addTo(map)
  const tried = L.layerGroup().addTo(map)
  let dots = []
  let markers = []

  const resize = () => { for (const { dot, look } of dots) dot.setRadius(size(map.getZoom()) + (look === SHUT ? 3 : 0)) }
  map.on('zoomend', resize)

  function fill(rows) {
    layer.clearLayers()
    dots = rows.map(([code, name, place]) => {
      const dot = L.circleMarker(places.onMap(place), { renderer, pane: 'doors', radius: size(map.getZoom()), className: LOOKS[0], bubblingMouseEvents: false })
      dot.bindTooltip(text(name), { direction: 'top' })
      dot.on('click', () => on.close(code))
      dot.addTo(layer)
      return { code, dot, look: -1 }
    })
  }

  // counts: a character a station: 0 does not count, 1 counts, 2 may.
  function show(counts, closed) {
    const shut = new Set(closed)
    dots.forEach((one, n) => {
      const look = shut.has(one.code) ? SHUT : Number(counts[n] ?? 0)
      if (look === one.look) return
      one.look = look
      one.dot.getElement()?.setAttribute('class', `leaflet-interactive ${LOOKS[look] ?? 'plan-door shut'}`)
      one.dot.setRadius(size(map.getZoom()) + (look === SHUT ? 3 : 0))
    })
  }

  function add(added) {
    if (added.length === markers.length) {
      added.forEach((place, n) => markers[n].setLatLng(places.onMap(place)))
      return
    }
    tried.clearLayers()
    markers = added.map((place, n) => {
      const marker = L.marker(places.onMap(place), {
        draggable: true,
        autoPan: true,
        keyboard: true,
        alt: `新设 ${n + 1}`,
        icon: L.divIcon({ html: text('新'), className: 'spot spot-accepted', iconSize: [44, 44] }),
      })
      const here = () => rounded(places.inWorld(marker.getLatLng()))
      marker.on('drag', () => on.drag(n, here()))
      marker.on('dragstart', () => on.begin())
      marker.bindTooltip(text('拖动看看；点一下去掉'), { direction: 'top', offset: [0, -14] })
      marker.on('click', () => on.remove(n))
      return marker.addTo(tried)
    })
  }

  return { fill, show, add }
}

export const rounded = (place) => place.map((figure) => Number(figure.toFixed(DIGITS)))
