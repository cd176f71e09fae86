// The districts: the whole ground where no basemap is configured, thin outlines on one.
import { t, theirs } from '../words.js'

const L = window.L

export function drawGround(map, areas) {
  const pane = map.createPane('ground')
  pane.style.zIndex = 250
  map.createPane('names').style.zIndex = 450
  const ground = L.geoJSON(areas, {
    pane: 'ground',
    interactive: false,
    filter: (area) => (area.properties.level ?? 'district') === 'district',
    style: { className: 'district', weight: 1.5 },
    attribution: t('地区边界：天地图'),
    onEachFeature(area, layer) {
      const name = document.createElement('span')
      name.append(...theirs(area.properties.name))
      layer.bindTooltip(name, {
        permanent: true, direction: 'center', pane: 'names', className: 'district-name', interactive: false,
      })
    },
  })
  ground.addTo(map)
  return {
    // Of one district, or of all when none is named.
    bounds(adcode) {
      const one = adcode && ground.getLayers().find(({ feature }) => feature.properties.adcode === adcode)
      return (one || ground).getBounds()
    },
  }
}
