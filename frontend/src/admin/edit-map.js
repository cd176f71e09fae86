// The map on which a station is moved: the house's frame with one pin to drag, where it was, and
// what typed figures would mean in each datum. Loaded after Leaflet; edit.js listens.
import { drawGround } from '../map/ground.js'

const L = window.L
const CLOSE_ZOOM = 16
const STEPS = { ArrowUp: [0, -4], ArrowDown: [0, 4], ArrowLeft: [-4, 0], ArrowRight: [4, 0] }
const NAMES = { wgs84: 'WGS-84', gcj02: 'GCJ-02', bd09: 'BD-09' }

window.stationMap = {
  mount(map, options) {
    const box = document.getElementById('edit-map')
    box.hidden = false
    const start = L.latLng(Number(box.dataset.lat), Number(box.dataset.lon))
    settle(map)
    map.setView(start, options.tiled ? CLOSE_ZOOM : CLOSE_ZOOM - 2, { animate: false })
    const before = L.marker(start, { icon: icon('pin pin-hours'), interactive: false, keyboard: false }).addTo(map)
    const pin = L.marker(start, { icon: icon('pin is-selected'), draggable: true, autoPan: true, title: '拖动它，或者用方向键移动' })
    pin.addTo(map).on('dragend', () => told(box, pin))
    const handle = pin.getElement()
    handle.setAttribute('aria-label', '驿站的位置，用方向键移动')
    handle.addEventListener('keydown', (event) => step(event, map, box, pin))
    const marks = L.layerGroup().addTo(map)
    box.stationPins = {
      before,
      move([lon, lat]) {
        pin.setLatLng([lat, lon])
        if (!map.getBounds().pad(-0.1).contains(pin.getLatLng())) map.panTo(pin.getLatLng())
      },
      show(readings) {
        marks.clearLayers()
        for (const { datum, map: [lon, lat] } of readings) {
          L.marker([lat, lon], { icon: icon('pin pin-unknown', NAMES[datum]), interactive: false, keyboard: false }).addTo(marks)
        }
        if (readings.length) {
          const places = readings.map(({ map: [lon, lat] }) => [lat, lon])
          map.fitBounds(L.latLngBounds([start, ...places]), { padding: [48, 48], maxZoom: CLOSE_ZOOM, animate: false })
        }
      },
    }
    if (!options.tiled) ground(map, options)
  },
}

function icon(className, words = '') {
  const name = document.createElement('span')
  name.className = 'pin-name'
  name.textContent = words
  return L.divIcon({ html: name, className, iconSize: [44, 44] })
}

function told(box, pin) {
  const { lng: lon, lat } = pin.getLatLng()
  box.dispatchEvent(new CustomEvent('pin-moved', { detail: { lon, lat } }))
}

function step(event, map, box, pin) {
  const by = STEPS[event.key]
  if (!by) return
  event.preventDefault()
  event.stopPropagation()
  const times = event.shiftKey ? 8 : 1
  const point = map.latLngToLayerPoint(pin.getLatLng()).add([by[0] * times, by[1] * times])
  pin.setLatLng(map.layerPointToLatLng(point))
  told(box, pin)
}

function settle(map) {
  const container = map.getContainer()
  container.setAttribute('role', 'region')
  container.setAttribute('aria-label', '地图，红针是驿站的位置')
  map.attributionControl.setPrefix(false)
  map.scrollWheelZoom.disable()
  L.control.zoom({ position: 'topright', zoomInTitle: '放大', zoomOutTitle: '缩小' }).addTo(map)
  map.invalidateSize({ pan: false })
}

async function ground(map, options) {
  try {
    const answer = await fetch(`${options.areas}?crs=${options.datum}`)
    if (answer.ok) drawGround(map, await answer.json())
  } catch {
    // The pin stands without it.
  }
}
