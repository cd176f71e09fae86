// From where to where a station was moved. The page holds figures only, in the basemap's datum.
import { ground, settle } from './plain-map.js'

const L = window.L
const CLOSE_ZOOM = 17
// Room for the buttons at the right.
const EDGES = { paddingTopLeft: [40, 40], paddingBottomRight: [80, 48], maxZoom: CLOSE_ZOOM, animate: false }

window.stationMap = {
  mount(map, options) {
    const box = document.getElementById('moves-map')
    const moves = JSON.parse(box.dataset.moves)
    settle(map, '移动的地图：空心是原来的位置，实心是新的位置')
    const ends = moves.flatMap((move) => draw(map, move))
    map.fitBounds(L.latLngBounds(ends), EDGES)
    if (!options.tiled) ground(map, options)
    box.classList.add('is-ready')
  },
}

function draw(map, [fromLon, fromLat, toLon, toLat, number]) {
  const [from, to] = [L.latLng(fromLat, fromLon), L.latLng(toLat, toLon)]
  L.polyline([from, to], { className: 'move-line', interactive: false }).addTo(map)
  spot(map, from, 'move-from', number)
  spot(map, to, 'move-to', number)
  return [from, to]
}

function spot(map, place, className, number) {
  const words = document.createElement('span')
  words.textContent = String(number)
  const icon = L.divIcon({ html: words, className: `move-spot ${className}`, iconSize: [26, 26] })
  L.marker(place, { icon, interactive: false, keyboard: false }).addTo(map)
}
