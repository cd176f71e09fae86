// Very many stations: the server gathers them, and only what can be seen is here. The same pins,
// one selection and the same handlers as layer.js; tiles are told at /tiles/stations/{z}/{x}/{y}.
import { theirs, tn } from '../words.js'
import { countIcon, overlap, pinIcon } from './layer.js'

const L = window.L
const DEEPEST = 18
const KEPT = 200
const FRESH_MS = 60_000
const ALL = 'status=open,suspended'

// onMap, inWorld: between places as told and the map's own. trouble: called when tiles fail.
export function createTiles(map, { options, onMap, inWorld, trouble, rules }) {
  const shown = new Map() // tile's address: its markers
  const pins = new Map() // code: marker
  const kept = new Map() // tile's address: what it holds, with its age
  const group = L.layerGroup().addTo(map)
  const tip = L.tooltip({ direction: 'top', offset: [0, -14], className: 'pin-tip' })
  const handlers = { hover: () => {}, select: () => {} }
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
  let query = ALL
  let ready = false
  let turn = null
  let selected = null
  let extra = null // the selected station where it is not drawn, in a cluster or filtered away
  let lit = null
  let named = new Set()
  let far = null // the zoom of what is shown

  // -- which tiles

  function wanted() {
    const z = Math.min(Math.max(Math.floor(map.getZoom()) - 1, 0), DEEPEST)
    const view = map.getBounds()
    const [west, south] = inWorld(view.getSouthWest())
    const [east, north] = inWorld(view.getNorthEast())
    const [first, top] = tileOf(z, west, north)
    const [last, bottom] = tileOf(z, east, south)
    const found = []
    for (let x = first; x <= last; x++) for (let y = top; y <= bottom; y++) found.push(`${z}/${x}/${y}`)
    return { z, addresses: found.map((place) => `${options.tiles}/${place}.json?${query}`) }
  }

  async function refresh() {
    if (!ready) return
    turn?.abort()
    const mine = (turn = new AbortController())
    const { z, addresses } = wanted()
    const now = new Set(addresses)
    // While the zoom stays, tiles come one by one; what is of another stays till all are there.
    const together = far !== z || [...shown.keys()].some((address) => !address.endsWith(`?${query}`))
    const loaded = await Promise.all(addresses.map(async (address) => {
      const tile = await get(address, mine.signal)
      if (tile && !together && mine === turn) draw(address, tile)
      return tile
    }))
    if (mine !== turn) return
    for (const address of [...shown.keys()]) if (!now.has(address)) drop(address)
    addresses.forEach((address, place) => { if (loaded[place]) draw(address, loaded[place]) })
    far = z
    keepSelected()
    soon()
    if (loaded.includes(null)) trouble()
  }

  // What was told lately is taken as it is. Null: it was not to be had.
  async function get(address, signal) {
    const known = kept.get(address)
    if (known && Date.now() - known.at < FRESH_MS) return known
    try {
      const response = await fetch(address, { signal })
      if (!response.ok) throw new Error(`${response.status}`)
      const tile = { ...await response.json(), at: Date.now() }
      kept.delete(address)
      kept.set(address, tile)
      if (kept.size > KEPT) kept.delete(kept.keys().next().value)
      return tile
    } catch {
      return signal.aborted ? undefined : null
    }
  }

  // -- drawing

  function draw(address, tile) {
    if (shown.get(address)?.tile === tile) return
    drop(address)
    const markers = [...tile.clusters.map(clusterMarker), ...tile.stations.map(pinMarker)]
    shown.set(address, { tile, markers })
    for (const marker of markers) group.addLayer(marker)
  }

  function drop(address) {
    for (const marker of shown.get(address)?.markers ?? []) {
      group.removeLayer(marker)
      if (marker.station && pins.get(marker.station.code) === marker) pins.delete(marker.station.code)
    }
    shown.delete(address)
  }

  function clusterMarker(cluster) {
    const label = tn('%(num)s 个驿站，%(open)s 个现在开着，放大看', cluster.count, { open: cluster.open })
    const marker = L.marker(onMap([cluster.lon, cluster.lat]), { icon: countIcon(cluster.count, label) })
    marker.on('click', () => zoomTo(cluster))
    marker.on('keydown', (event) => {
      if (!pressed(event)) return
      zoomTo(cluster)
      // The bubble goes; the map's keys go on from here.
      map.getContainer().focus({ preventScroll: true })
    })
    return marker
  }

  function zoomTo({ box: [west, south, east, north] }) {
    const box = L.latLngBounds(onMap([west, south]), onMap([east, north]))
    const fitting = map.getBoundsZoom(box, false, L.point(96, 96))
    const zoom = Math.min(Math.max(fitting, map.getZoom() + 1), map.getMaxZoom())
    map.setView(box.getCenter(), zoom, { animate: !calm })
  }

  function pinMarker(told) {
    const station = { ...told, hours: told.always_open ? '24/7' : told.state === 'unknown' ? null : 'told' }
    const marker = L.marker(onMap([station.lon, station.lat]), { riseOnHover: true, icon: iconOf(station) })
    marker.station = station
    if (station.code === selected) marker.setZIndexOffset(1000)
    marker.on('click', () => choose(station))
    marker.on('keydown', (event) => {
      if (!pressed(event)) return
      choose(station)
      pins.get(station.code)?.getElement()?.focus({ preventScroll: true })
    })
    marker.on('mouseover', () => {
      const text = document.createElement('span')
      text.append(...theirs(station.name))
      tip.setLatLng(marker.getLatLng()).setContent(text).addTo(map)
      handlers.hover(station.code)
    })
    marker.on('mouseout', () => {
      tip.remove()
      handlers.hover(null)
    })
    pins.set(station.code, marker)
    return marker
  }

  const iconOf = (station) => pinIcon(station, station.code === selected, named.has(station.code))

  function redraw(code) {
    const marker = pins.get(code)
    if (!marker) return
    marker.setIcon(iconOf(marker.station))
    marker.setZIndexOffset(code === selected ? 1000 : 0)
  }

  // A name that would cover another one stays away until there is room.
  function makeRoom() {
    const taken = [...map.getContainer().querySelectorAll('.me')].map((me) => me.getBoundingClientRect())
    for (const code of new Set([selected, ...named])) {
      const name = pins.get(code)?.getElement()?.querySelector('.pin-name')
      if (!name) continue
      name.classList.remove('is-crowded')
      const box = name.getBoundingClientRect()
      if (code !== selected && taken.some((other) => overlap(box, other))) name.classList.add('is-crowded')
      else taken.push(box)
    }
  }

  let asked = 0
  function soon() {
    cancelAnimationFrame(asked)
    asked = requestAnimationFrame(makeRoom)
  }

  // -- one selection

  function choose(station) {
    select(station.code)
    handlers.select(station.code)
  }

  function select(code) {
    const before = selected
    selected = code
    if (before) redraw(before)
    redraw(code)
    keepSelected()
    soon()
  }

  async function keepSelected() {
    const code = selected
    if (extra && (extra.station.code !== code || pins.get(code) !== extra)) {
      group.removeLayer(extra)
      if (pins.get(extra.station.code) === extra) pins.delete(extra.station.code)
      extra = null
    }
    if (!code || !ready || pins.has(code)) return
    try {
      const response = await fetch(`/api/v1/stations/${encodeURIComponent(code)}`)
      const { properties, geometry: { coordinates: [lon, lat] } } = await response.json()
      if (code !== selected || pins.has(code)) return
      const state = properties.state.code
      extra = pinMarker({ ...properties, code, lon, lat, state, always_open: properties.opening_hours === '24/7' })
      group.addLayer(extra)
    } catch {
      // Its card in the list says all of it.
    }
  }

  function light(code) {
    if (code === lit) return
    for (const made of map.getContainer().querySelectorAll('.is-lit')) made.classList.remove('is-lit')
    lit = code
    if (code) pins.get(code)?.getElement()?.classList.add('is-lit')
  }

  map.on('moveend', refresh)

  return {
    fill() {
      ready = true
      refresh()
    },
    // presets, picks, openNow: of the question. What the form does not know is left out.
    ask({ presets, picks, openNow }) {
      const parts = [ALL]
      const known = presets.filter((code) => rules.some((rule) => rule.code === code))
      if (known.length) parts.push(`preset=${known}`)
      for (const [name, codes] of Object.entries(picks)) {
        const offered = codes.filter((code) => isOffered(name, code)).map(encodeURIComponent)
        if (offered.length) parts.push(`${name}=${name === 'seats' ? offered[0] : offered}`)
      }
      if (openNow) parts.push('open=now')
      query = parts.join('&')
      refresh()
    },
    select,
    light,
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

// Markers are buttons to a keyboard, so both of a button's keys press them.
function pressed({ originalEvent }) {
  if (originalEvent.key !== 'Enter' && originalEvent.key !== ' ') return false
  originalEvent.preventDefault()
  return true
}

const isOffered = (name, code) => (name === 'seats' ? /^[1-9][0-9]{0,3}$/.test(code)
  : document.querySelector(`#further input[name="${CSS.escape(name)}"][value="${CSS.escape(code)}"]`) !== null)

// Column and row of the tile that holds a place, [lon, lat] in degrees.
function tileOf(z, lon, lat) {
  const n = 2 ** z
  const inside = (part) => Math.min(Math.max(Math.floor(part * n), 0), n - 1)
  const angle = (Math.min(Math.max(lat, -85), 85) * Math.PI) / 180
  return [inside((lon + 180) / 360), inside((1 - Math.asinh(Math.tan(angle)) / Math.PI) / 2)]
}
