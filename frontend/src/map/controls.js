// Buttons on the map, named in Chinese; metric scale; attribution without Leaflet's flag.
const L = window.L

export function addControls(map, onLocate, onWish) {
  map.attributionControl.setPrefix(false)
  new Scale({ imperial: false, position: 'bottomleft' }).addTo(map)
  new Legend({ position: 'bottomleft' }).addTo(map)
  // At the top, where the bottom sheet of a phone never covers them: two columns, for short phones.
  L.control.zoom({ position: 'topright', zoomInTitle: '放大', zoomOutTitle: '缩小' }).addTo(map)
  new PressControl({ position: 'topright', name: '用我的位置', icon: 'locate-fixed', onPress: onLocate }).addTo(map)
  new PressControl({
    position: 'topleft', name: '地图中间这里需要一个驿站', icon: 'map-pin-plus', className: 'wish-control', onPress: onWish,
  }).addTo(map)
}

const Scale = L.Control.Scale.extend({
  _updateMetric(most) {
    const metres = this._getRoundNum(most)
    const words = metres < 1000 ? `${metres} 米` : `${metres / 1000} 公里`
    this._updateScale(this._mScale, words, metres / most)
  },
})

const LOOKS = [['always', '24 小时'], ['hours', '有开放时间'], ['unknown', '时间未知'], ['suspended', '暂停']]

const Legend = L.Control.extend({
  onAdd() {
    const box = L.DomUtil.create('div', 'legend')
    for (const [look, words] of LOOKS) {
      const line = L.DomUtil.create('span', '', box)
      L.DomUtil.create('i', `pin pin-${look}`, line)
      line.append(words)
    }
    return box
  },
})

// Our own few lines rather than leaflet.locatecontrol: that one draws the raw WGS-84 position,
// which is 500 m off on a GCJ-02 basemap, and keeps watching after one press.
const PressControl = L.Control.extend({
  onAdd() {
    const bar = L.DomUtil.create('div', `leaflet-bar locate-control ${this.options.className ?? ''}`)
    const press = L.DomUtil.create('button', '', bar)
    press.type = 'button'
    press.setAttribute('aria-label', this.options.name)
    press.title = this.options.name
    press.append(icon(this.options.icon))
    L.DomEvent.disableClickPropagation(bar)
    press.addEventListener('click', () => this.options.onPress())
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
