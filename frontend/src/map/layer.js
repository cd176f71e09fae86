// The stations as pins in clusters. Rows come from /api/v1/stations/slim: words are numbers
// there (their place in `vocabulary`), amenities are ids. Names are only ever set as text.
import { meets, pickable } from '../picks.js'
import { t, theirs, tn } from '../words.js'

const L = window.L
const TARGET_PX = 44

export const Pin = L.DivIcon.extend({
  createIcon(old) {
    const made = L.DivIcon.prototype.createIcon.call(this, old)
    made.setAttribute('aria-label', this.options.label)
    return made
  },
})

export function createLayer(map) {
  const cluster = L.markerClusterGroup({
    chunkedLoading: true,
    showCoverageOnHover: false,
    // Bubbles are larger far out, where counts have three figures.
    maxClusterRadius: (zoom) => (zoom < 12 ? 64 : 40),
    disableClusteringAtZoom: 16,
    spiderfyOnMaxZoom: false,
    animate: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    iconCreateFunction: clusterIcon,
  })
  const tip = L.tooltip({ direction: 'top', offset: [0, -14], className: 'pin-tip' })
  const handlers = { hover: () => {}, select: () => {} }
  const pins = new Map()
  let wanted = []
  let picks = {}
  let among = null
  let selected = null
  let lit = null
  let named = new Set()
  map.addLayer(cluster)

  function fill(table) {
    const place = Object.fromEntries(table.fields.map((name, index) => [name, index]))
    for (const row of table.rows) {
      const value = (name) => row[place[name]]
      const word = (name) => table.vocabulary[name][value(name)]
      const station = {
        code: value('code'),
        name: value('name'),
        status: word('status'),
        hours: value('opening_hours'),
        registration: value('registration_required'),
        amenities: new Set(value('amenities')),
        ...pickable(value, table.vocabulary),
      }
      const marker = L.marker([value('lat'), value('lon')], { icon: pinIcon(station, station.code === selected, named.has(station.code)), riseOnHover: true })
      marker.station = station
      pins.set(station.code, marker)
    }
    apply()
  }

  // A name that would cover another one stays away until there is room.
  function makeRoom() {
    const taken = [...map.getContainer().querySelectorAll('.me')].map((me) => me.getBoundingClientRect())
    const order = [selected, ...named].filter((code, place, all) => code && all.indexOf(code) === place)
    for (const code of order) {
      const name = pins.get(code)?.getElement()?.querySelector('.pin-name')
      if (!name) continue
      name.classList.remove('is-crowded')
      const box = name.getBoundingClientRect()
      const crowded = code !== selected && taken.some((other) => overlap(box, other))
      if (crowded) name.classList.add('is-crowded')
      else taken.push(box)
    }
  }

  let asked = 0
  const soon = () => {
    cancelAnimationFrame(asked)
    asked = requestAnimationFrame(makeRoom)
  }
  map.on('zoomend moveend', soon)
  cluster.on('animationend', soon)

  const fits = (station) => (!among || among.has(station.code)) && meets(station, picks) && wanted.every((rule) =>
    rule.all.every((id) => station.amenities.has(id))
    && (!rule.any.length || rule.any.some((id) => station.amenities.has(id)))
    && (!rule.always_open || station.hours === '24/7')
    && (rule.registration_required === null || station.registration === rule.registration_required))

  function apply() {
    const markers = [...pins.values()].filter(({ station }) =>
      (station.status === 'open' || station.status === 'suspended') && (station.code === selected || fits(station)))
    cluster.clearLayers()
    cluster.addLayers(markers)
    soon()
  }

  function redraw(code) {
    const marker = pins.get(code)
    if (!marker) return
    marker.setIcon(pinIcon(marker.station, code === selected, named.has(code)))
    marker.setZIndexOffset(code === selected ? 1000 : 0)
  }

  function select(code) {
    const before = selected
    selected = code
    if (before) redraw(before)
    redraw(code)
    const marker = pins.get(code)
    if (marker && !cluster.hasLayer(marker)) cluster.addLayer(marker)
    soon()
  }

  function light(code) {
    if (code === lit) return
    for (const made of map.getContainer().querySelectorAll('.is-lit')) made.classList.remove('is-lit')
    lit = code
    const marker = code && pins.get(code)
    if (marker && cluster.hasLayer(marker)) cluster.getVisibleParent(marker)?.getElement()?.classList.add('is-lit')
  }

  function choose({ layer }) {
    select(layer.station.code)
    handlers.select(layer.station.code)
  }

  // Pins are buttons to a keyboard, so both of a button's keys press them.
  function press(event) {
    if (event.originalEvent.key !== 'Enter' && event.originalEvent.key !== ' ') return
    event.originalEvent.preventDefault()
    choose(event)
    pins.get(event.layer.station.code).getElement()?.focus({ preventScroll: true })
  }

  cluster.on('click', choose)
  cluster.on('keydown', press)
  cluster.on('mouseover', ({ layer }) => {
    const text = document.createElement('span')
    text.append(...theirs(layer.station.name))
    tip.setLatLng(layer.getLatLng()).setContent(text).addTo(map)
    handlers.hover(layer.station.code)
  })
  cluster.on('mouseout', () => {
    tip.remove()
    handlers.hover(null)
  })

  return {
    fill,
    select,
    light,
    // only: the stations that may be shown (a Set of codes); null for all.
    filter(rules, picked, only) {
      wanted = rules
      picks = picked
      among = only
      if (pins.size) apply()
    },
    // Stations of the list carry their names on the map too.
    name(codes) {
      const before = named
      named = new Set(codes)
      for (const code of new Set([...before, ...named])) if (before.has(code) !== named.has(code)) redraw(code)
      soon()
    },
    onHover: (handler) => { handlers.hover = handler },
    onSelect: (handler) => { handlers.select = handler },
  }
}

export const overlap = (a, b) =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom

// Shape and colour both tell: full = hours known, dashed = hours unknown, struck = suspended.
export function pinIcon(station, chosen, named) {
  const looks = station.status === 'suspended' ? 'suspended'
    : station.hours === '24/7' ? 'always' : station.hours ? 'hours' : 'unknown'
  const words = { suspended: t('暂停'), always: t('24 小时'), hours: '', unknown: t('时间未知') }[looks]
  const name = document.createElement('span')
  name.className = 'pin-name'
  if (named || chosen) name.append(...theirs(station.name))
  return new Pin({
    html: name,
    className: `pin pin-${looks}${chosen ? ' is-selected' : ''}`,
    iconSize: [TARGET_PX, TARGET_PX],
    label: words ? t('%(name)s，%(words)s', { name: station.name, words }) : station.name,
  })
}

function clusterIcon(cluster) {
  const stations = cluster.getAllChildMarkers()
  const open = stations.filter(({ station }) => station.status === 'open').length
  const count = stations.length
  return countIcon(count, tn('%(num)s 个驿站，%(open)s 个在用，放大看', count, { open }))
}

// Six figures have no room in a bubble; its label says them all.
const short = (count) => (count < 10_000 ? count : t('%(n)s万', { n: Math.round(count / 10_000) }))

export function countIcon(count, label) {
  const box = document.createElement('span')
  box.textContent = short(count)
  return new Pin({
    html: box,
    className: `cluster cluster-${count < 10 ? 's' : count < 100 ? 'm' : 'l'}`,
    iconSize: count < 10 ? [44, 44] : count < 100 ? [48, 48] : [56, 56],
    label,
  })
}
