// What the small maps of /admin share: a wheel and one finger belong to the page, not to the map;
// the districts are the ground where no basemap is configured.
import { drawGround } from '../map/ground.js'

const L = window.L

export function settle(map, label) {
  const container = map.getContainer()
  container.setAttribute('role', 'region')
  container.setAttribute('aria-label', label)
  map.attributionControl.setPrefix(false)
  map.scrollWheelZoom.disable()
  L.control.zoom({ position: 'topright', zoomInTitle: '放大', zoomOutTitle: '缩小' }).addTo(map)
  map.invalidateSize({ pan: false })
}

export async function ground(map, options) {
  try {
    const answer = await fetch(`${options.areas}?crs=${options.datum}`)
    return answer.ok ? drawGround(map, await answer.json()) : null
  } catch {
    return null // what is drawn on it stands without it
  }
}
