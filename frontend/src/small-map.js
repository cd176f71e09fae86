// The small map of a station's page: the station, and the neighbours that the page names.
// Loaded after Leaflet, by station/lazy-map.js. Names come out of the page as text.
import { drawGround } from './map/ground.js'
import { t, theirs } from './words.js'

const L = window.L
const CLOSE_ZOOM = 16
// Room for the pin above its place and the name below it, and for the zoom buttons.
const EDGES = { paddingTopLeft: [48, 44], paddingBottomRight: [64, 60] }

window.stationMap = {
  mount(map, options) {
    const box = document.getElementById('small-map')
    const spot = placeOf(box)
    const others = [...document.querySelectorAll('.nearby li[data-lon]')]
    settle(map, box)
    for (const other of others) {
      pin(map, placeOf(other), lookOf(other.dataset.look), other.querySelector('h3').textContent.trim())
    }
    pin(map, spot, 'hours is-selected', '')
    const bounds = L.latLngBounds([spot, ...others.slice(0, 3).map(placeOf)])
    map.fitBounds(bounds, { ...EDGES, maxZoom: CLOSE_ZOOM, animate: false })
    map.on('zoomend', () => requestAnimationFrame(() => makeRoom(box)))
    makeRoom(box)
    if (!options.tiled) ground(map, options)
    box.classList.add('is-ready')
  },
}

const placeOf = ({ dataset }) => L.latLng(Number(dataset.lat), Number(dataset.lon))

const lookOf = (look) => (look === 'unknown' || look === 'suspended' ? look : 'hours')

// Scrolling past the map must not move it: a wheel and one finger belong to the page.
function settle(map, box) {
  const container = map.getContainer()
  container.setAttribute('role', 'region')
  container.setAttribute('aria-label', t('小地图，加减号缩放'))
  map.attributionControl.setPrefix(false)
  map.scrollWheelZoom.disable()
  if (matchMedia('(pointer: coarse)').matches) map.dragging.disable()
  L.control.zoom({ position: 'topright', zoomInTitle: t('放大'), zoomOutTitle: t('缩小') }).addTo(map)
  map.invalidateSize({ pan: false })
}

function pin(map, place, look, name) {
  const words = document.createElement('span')
  words.className = 'pin-name'
  words.append(...theirs(name))
  const icon = L.divIcon({ html: words, className: `pin pin-${look}`, iconSize: [44, 44] })
  L.marker(place, { icon, interactive: false, keyboard: false }).addTo(map)
}

// A name that would cover the station or another name stays away until there is room.
function makeRoom(box) {
  const taken = [box.querySelector('.pin.is-selected').getBoundingClientRect()]
  for (const name of box.querySelectorAll('.pin:not(.is-selected) .pin-name')) {
    name.classList.remove('is-crowded')
    const own = name.getBoundingClientRect()
    if (taken.some((other) => overlap(own, other))) name.classList.add('is-crowded')
    else taken.push(own)
  }
}

const overlap = (a, b) =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom

async function ground(map, options) {
  try {
    const answer = await fetch(`${options.areas}?crs=${options.datum}`)
    if (answer.ok) drawGround(map, await answer.json())
  } catch {
    // The pins stand without it.
  }
}
