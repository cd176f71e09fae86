// Buttons on the map, named in Chinese; metric scale; attribution without Leaflet's flag.
const L = window.L

export function addControls(map, onLocate) {
  map.attributionControl.setPrefix(false)
  L.control.scale({ imperial: false, position: 'bottomleft' }).addTo(map)
  L.control.zoom({ position: 'bottomright', zoomInTitle: '放大', zoomOutTitle: '缩小' }).addTo(map)
  new LocateControl({ position: 'bottomright', onLocate }).addTo(map)
}

// Our own few lines rather than leaflet.locatecontrol: that one draws the raw WGS-84 position,
// which is 500 m off on a GCJ-02 basemap, and keeps watching after one press.
const LocateControl = L.Control.extend({
  onAdd() {
    const bar = L.DomUtil.create('div', 'leaflet-bar locate-control')
    const press = L.DomUtil.create('button', '', bar)
    press.type = 'button'
    press.setAttribute('aria-label', '用我的位置')
    press.append(icon('locate-fixed'))
    L.DomEvent.disableClickPropagation(bar)
    press.addEventListener('click', () => this.options.onLocate())
    return bar
  },
})

export function icon(name) {
  const space = 'http://www.w3.org/2000/svg'
  const svg = document.createElementNS(space, 'svg')
  svg.setAttribute('class', 'icon')
  svg.setAttribute('aria-hidden', 'true')
  const use = document.createElementNS(space, 'use')
  use.setAttribute('href', `#i-${name}`)
  svg.append(use)
  return svg
}
