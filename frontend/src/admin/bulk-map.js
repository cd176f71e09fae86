// An outline around stations, tapped corner by corner. What counts is the text field beside it,
// in WGS-84; without this script it takes a pasted polygon.
import { fromGcj02, toGcj02 } from '../datum.js'
import { ground, settle } from './plain-map.js'

const L = window.L
const MOST = 200
const DIGITS = 6
const AROUND = { padding: [24, 24], animate: false }

window.stationMap = {
  mount(map, options) {
    const drawing = document.getElementById('outline-drawing')
    const field = document.getElementById('polygon')
    const shifted = options.datum === 'gcj02'
    const onMap = ([lon, lat]) => L.latLng((shifted ? toGcj02([lon, lat]) : [lon, lat]).reverse())
    const inWorld = ({ lng, lat }) => (shifted ? fromGcj02([lng, lat]) : [lng, lat])
    const shape = L.polygon([], { className: 'outline-shape', interactive: false })
    const dots = L.layerGroup()
    let corners = read(field.value)

    drawing.hidden = false
    settle(map, '画范围的地图：点一下加一个角')
    map.doubleClickZoom.disable() // two quick taps are two corners
    shape.addTo(map)
    dots.addTo(map)
    const points = JSON.parse(document.getElementById('bulk-map').dataset.points)
    showStations(map, points)
    draw()
    look(map, points, corners.map(onMap))
    if (!options.tiled) {
      ground(map, options).then((drawn) => {
        if (drawn && !points.length && !corners.length) map.fitBounds(drawn.bounds(), AROUND)
      })
    }
    map.on('click', ({ latlng }) => {
      if (corners.length < MOST) change([...corners, inWorld(latlng).map(rounded)])
    })
    document.getElementById('outline-back').addEventListener('click', () => change(corners.slice(0, -1)))
    document.getElementById('outline-clear').addEventListener('click', () => change([]))
    field.addEventListener('change', () => {
      corners = read(field.value)
      draw()
    })
    drawing.dataset.ready = 'yes'

    function change(next) {
      corners = next
      field.value = corners.length ? written(corners) : ''
      draw()
      document.getElementById('outline-said').textContent =
        corners.length < 3 ? `${corners.length} 个角，至少要三个` : `${corners.length} 个角`
    }

    function draw() {
      const places = corners.map(onMap)
      shape.setLatLngs(places)
      dots.clearLayers()
      for (const place of places) L.circleMarker(place, { radius: 6, className: 'outline-corner', interactive: false }).addTo(dots)
    }
  },
}

const rounded = (figure) => Number(figure.toFixed(DIGITS))

const written = (corners) => JSON.stringify({ type: 'Polygon', coordinates: [[...corners, corners[0]]] })

// The corners of what is in the field, without the last, which is the first again.
function read(text) {
  try {
    const ring = JSON.parse(text).coordinates[0]
    return ring.slice(0, -1).map(([lon, lat]) => [Number(lon), Number(lat)]).filter((one) => one.every(Number.isFinite))
  } catch {
    return []
  }
}

function showStations(map, points) {
  const canvas = L.layerGroup().addTo(map)
  for (const [lon, lat] of points) {
    L.circleMarker([lat, lon], { radius: 4, className: 'bulk-point', interactive: false }).addTo(canvas)
  }
}

function look(map, points, places) {
  const all = [...places, ...points.map(([lon, lat]) => L.latLng(lat, lon))]
  if (all.length) map.fitBounds(L.latLngBounds(all), { ...AROUND, maxZoom: 16 })
}
