// Where the rider is: a dot, a circle as wide as the phone is unsure, and, where no basemap
// gives a sense of scale, rings at round distances.
import { t } from '../words.js'

const L = window.L
const RINGS = [500, 1000, 2000]
const UNSURE_FROM_M = 20

export function createPosition(map, withRings) {
  const group = L.layerGroup().addTo(map)
  let place = null

  function show(next, accuracy) {
    place = next
    group.clearLayers()
    if (!place) return
    if (withRings) for (const radius of RINGS) addRing(radius)
    if (accuracy > UNSURE_FROM_M) addCircle(accuracy, 'accuracy')
    const dot = L.divIcon({ className: 'me', iconSize: [22, 22] })
    addMarker(place, dot, 500)
  }

  const addCircle = (radius, className) =>
    L.circle(place, { radius, className, interactive: false, weight: 1 }).addTo(group)

  const addMarker = (where, icon, zIndexOffset) =>
    L.marker(where, { icon, interactive: false, keyboard: false, zIndexOffset }).addTo(group)

  function addRing(radius) {
    const north = L.latLng(place.lat + radius / 111_320, place.lng)
    addCircle(radius, 'ring')
    const label = document.createElement('span')
    label.textContent = radius < 1000 ? t('%(n)s 米', { n: radius }) : t('%(n)s 公里', { n: radius / 1000 })
    addMarker(north, L.divIcon({ className: 'ring-name', html: label, iconSize: [64, 20] }), -1000)
  }

  return { show, place: () => place }
}
