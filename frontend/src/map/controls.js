// Buttons on the map, named in the page's language; metric scale; attribution without Leaflet's flag.
import { t } from '../words.js'

const L = window.L

export function addControls(map, onLocate, onWish) {
  map.attributionControl.setPrefix(false)
  new Scale({ imperial: false, position: 'bottomleft' }).addTo(map)
  new Legend({ position: 'bottomleft' }).addTo(map)
  // At the top, where the bottom sheet of a phone never covers them: two columns, for short phones.
  L.control.zoom({ position: 'topright', zoomInTitle: t('放大'), zoomOutTitle: t('缩小') }).addTo(map)
  new PressControl({ position: 'topright', name: t('用我的位置'), icon: 'locate-fixed', onPress: onLocate }).addTo(map)
  new PressControl({
    position: 'topleft', name: t('地图中间这里需要一个驿站'), icon: 'map-pin-plus', className: 'wish-control', onPress: onWish,
  }).addTo(map)
}

// The same without what needs the rider's page around it.
export function addPlainControls(map) {
  map.attributionControl.setPrefix(false)
  new Scale({ imperial: false, position: 'bottomleft' }).addTo(map)
  L.control.zoom({ position: 'topright', zoomInTitle: t('放大'), zoomOutTitle: t('缩小') }).addTo(map)
}

const Scale = L.Control.Scale.extend({
  _updateMetric(most) {
    const metres = this._getRoundNum(most)
    const words = metres < 1000 ? t('%(n)s 米', { n: metres }) : t('%(n)s 公里', { n: metres / 1000 })
    this._updateScale(this._mScale, words, metres / most)
  },
})

const looks = () => [
  ['always', t('24 小时')], ['hours', t('有开放时间')], ['unknown', t('时间未知')], ['suspended', t('暂停')],
]

const Legend = L.Control.extend({
  onAdd() {
    const box = L.DomUtil.create('div', 'legend')
    for (const [look, words] of looks()) {
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
