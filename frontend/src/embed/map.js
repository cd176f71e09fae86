// The map of an embed: the stations that its list means, and one selection. Where they are to be
// had stands in the page (data-spots). Names come as text and are only ever set as text.
import { addPlainControls } from '../map/controls.js'
import { toGcj02 } from '../datum.js'
import { drawGround } from '../map/ground.js'
import { countIcon, pinIcon } from '../map/layer.js'
import { createPosition } from '../map/position.js'
import { t, theirs, tn } from '../words.js'

const L = window.L
const CLOSE_ZOOM = 16
const calm = matchMedia('(prefers-reduced-motion: reduce)').matches

window.stationMap = { mount: (map, options) => new EmbedMap(map, options).start() }

class EmbedMap {
  constructor(map, options) {
    this.map = map
    this.options = options
    this.pins = new Map()
    this.selected = null
    this.spots = null
    this.told = {}
    this.group = L.markerClusterGroup({
      showCoverageOnHover: false,
      maxClusterRadius: (zoom) => (zoom < 12 ? 64 : 40),
      disableClusteringAtZoom: 16,
      spiderfyOnMaxZoom: false,
      animate: !calm,
      iconCreateFunction: (cluster) => countIcon(
        cluster.getChildCount(), tn('%(num)s 个驿站，放大看', cluster.getChildCount())),
    })
  }

  start() {
    const { map } = this
    const container = map.getContainer()
    container.setAttribute('role', 'application')
    container.setAttribute('aria-label', t('驿站地图，方向键移动，加减号缩放'))
    // Scrolling the page around must not move the map.
    map.scrollWheelZoom.disable()
    addPlainControls(map)
    this.me = createPosition(map, false)
    map.addLayer(this.group)
    this.tip = L.tooltip({ direction: 'top', offset: [0, -14], className: 'pin-tip' })
    this.group.on('click', ({ layer }) => this.choose(layer))
    this.group.on('keydown', (event) => this.press(event))
    this.group.on('mouseover', ({ layer }) => this.point(layer))
    this.group.on('mouseout', () => this.tip.remove())
    document.addEventListener('station-map:shown', () => this.follow())
    new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(container)
    this.drawAreas()
    this.follow()
  }

  get page() {
    return document.getElementById('embed').dataset
  }

  async drawAreas() {
    try {
      const answer = await fetch(`${this.options.areas}?crs=${this.options.datum}`, { credentials: 'omit' })
      if (!answer.ok) return
      this.ground = drawGround(this.map, await answer.json())
      if (this.spots && !this.selected) this.fit()
    } catch {
      // The pins stand without it.
    }
  }

  async follow() {
    const { spots, position, station } = this.page
    const moved = position !== this.told.position
    this.told = { position }
    this.me.show(position ? this.place(numbers(position)) : null)
    if (spots !== this.spots) await this.load(spots, station)
    else if (moved) this.fit()
    this.select(station ?? null)
  }

  async load(spots, station) {
    try {
      const answer = await fetch(spots, { credentials: 'omit' })
      if (!answer.ok) throw new Error(`${answer.status}`)
      const told = await answer.json()
      if (this.page.spots !== spots) return
      this.spots = spots
      this.fill(told.stations)
      this.say(told.matched > told.stations.length
        ? tn('地图上先放 %(num)s 个；缩小范围能看全。', told.stations.length) : '')
      if (!station) this.fit()
    } catch {
      this.say(t('地图上的驿站没有拿到，列表还能用。'))
    }
  }

  fill(rows) {
    this.group.clearLayers()
    this.pins.clear()
    for (const [code, name, lon, lat, look] of rows) {
      const hours = { always: '24/7', hours: '-' }[look]
      const station = { code, name, hours, status: look === 'suspended' ? 'suspended' : 'open' }
      const marker = L.marker([lat, lon], { icon: pinIcon(station, false, false), riseOnHover: true })
      marker.station = station
      this.pins.set(code, marker)
    }
    this.group.addLayers([...this.pins.values()])
  }

  // As the options say; else what is there, or the visitor and the nearest.
  fit() {
    const { center, zoom, bbox, position } = this.page
    const places = this.inTheAreas([...this.pins.values()].map((pin) => pin.getLatLng()))
    if (position) {
      const here = this.me.place()
      const near = [...places].sort((a, b) => here.distanceTo(a) - here.distanceTo(b)).slice(0, 5)
      this.show(L.latLngBounds([here, ...near]))
    } else if (center) this.map.setView(this.place(numbers(center)), Number(zoom) || 13, { animate: false })
    else if (bbox) this.show(corners(numbers(bbox), (spot) => this.place(spot)))
    else if (places.length) this.show(L.latLngBounds(places))
    if (zoom && !center && !position) this.map.setZoom(Number(zoom), { animate: false })
  }

  // One station that was put far away by mistake does not make the others a single dot.
  inTheAreas(places) {
    const areas = this.ground?.bounds().pad(0.1)
    const inside = areas?.isValid() ? places.filter((spot) => areas.contains(spot)) : []
    return inside.length ? inside : places
  }

  show(bounds) {
    this.map.fitBounds(bounds, { maxZoom: CLOSE_ZOOM, animate: false, padding: [32, 32] })
  }

  select(code) {
    const before = this.selected
    this.selected = code
    for (const one of [before, code]) this.redraw(one)
    const pin = this.pins.get(code)
    if (pin) this.map.setView(pin.getLatLng(), Math.max(this.map.getZoom(), CLOSE_ZOOM), { animate: !calm })
  }

  redraw(code) {
    const pin = this.pins.get(code)
    if (!pin) return
    const chosen = code === this.selected
    pin.setIcon(pinIcon(pin.station, chosen, false))
    pin.setZIndexOffset(chosen ? 1000 : 0)
  }

  choose({ station }) {
    this.tip.remove()
    document.dispatchEvent(new CustomEvent('station-map:open', { detail: station.code }))
  }

  // Pins are buttons to a keyboard, so both of a button's keys press them.
  press({ layer, originalEvent }) {
    if (originalEvent.key !== 'Enter' && originalEvent.key !== ' ') return
    originalEvent.preventDefault()
    this.choose(layer)
  }

  point({ station, getLatLng }) {
    const text = document.createElement('span')
    text.append(...theirs(station.name))
    this.tip.setLatLng(getLatLng.call(this.pins.get(station.code))).setContent(text).addTo(this.map)
  }

  say(text) {
    const line = document.getElementById('map-note') ?? document.createElement('p')
    line.id = 'map-note'
    line.className = 'map-note'
    line.setAttribute('role', 'status')
    line.textContent = text
    line.hidden = !text
    if (!line.isConnected) document.getElementById('map').append(line)
  }

  place(spot) {
    return L.latLng((this.options.datum === 'gcj02' ? toGcj02(spot) : spot).slice().reverse())
  }
}

const numbers = (text) => text.split(',').map(Number)

const corners = ([west, south, east, north], place) => L.latLngBounds([place([west, south]), place([east, north])])
