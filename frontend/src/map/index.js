// The map beside the list: stations, districts, the rider's position, one selection.
import { fromGcj02, toGcj02 } from '../datum.js'
import { button, element, notice } from '../list.js'
import { chosenRules } from '../picks.js'
import { t } from '../words.js'
import { addControls } from './controls.js'
import { drawGround } from './ground.js'
import { createLayer } from './layer.js'
import { createPosition } from './position.js'
import { createTiles } from './tiles.js'

const L = window.L
const CLOSE_ZOOM = 16
const NAMES_FROM_ZOOM = 13.5

// covered(): height, in pixels, of the map's lower part that something hides.
export function createMap(map, options, rules, covered) {
  const shifted = options.datum === 'gcj02'
  const onMap = ([lon, lat]) => L.latLng((shifted ? toGcj02([lon, lat]) : [lon, lat]).reverse())
  const inWorld = ({ lng, lat }) => (shifted ? fromGcj02([lng, lat]) : [lng, lat])
  const handlers = { ask: () => {}, locate: () => {} }
  const waiting = []
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches

  map.getContainer().setAttribute('aria-label', t('驿站地图，方向键移动，加减号缩放，回车从地图中间找'))
  map.getContainer().setAttribute('role', 'application')
  addControls(map, () => handlers.locate(), () => wish(middle()))
  const trouble = () => notice(t('地图上的驿站没有拿到。列表还能用；切换一下列表和地图可以再试。'))
  // Too many for one answer: the server gathers them.
  const layer = options.tiles ? createTiles(map, { options, onMap, inWorld, trouble, rules }) : createLayer(map)
  const me = createPosition(map, !options.tiled)
  map.on('zoomend', () => map.getContainer().classList.toggle('far', map.getZoom() < NAMES_FROM_ZOOM))
  // The middle of what can be seen of the map.
  const middle = () => map.containerPointToLatLng(map.getSize().subtract([0, covered()]).divideBy(2))
  let state = 'waiting'
  let ground = null
  let filtering = null

  async function load() {
    state = 'loading'
    const crs = `?crs=${options.datum}`
    try {
      const [table, areas] = await Promise.all([
        options.tiles ? null : getJson(options.stations + crs),
        getJson(options.areas + crs).catch(() => null),
      ])
      if (areas && !ground) ground = drawGround(map, areas)
      layer.fill(table)
      state = 'ready'
      for (const task of waiting.splice(0)) task()
    } catch {
      state = 'waiting'
      trouble()
    }
  }

  // Hours are read by the server alone. Without its answer the map shows what the list may not:
  // every card says whether it is open.
  async function filter({ presets, picks, openNow }) {
    if (options.tiles) return layer.ask({ presets, picks, openNow })
    const turn = (filtering = {})
    let open = null
    if (openNow) {
      try {
        const table = await getJson(`${options.stations}?open=now`)
        const code = table.fields.indexOf('code')
        open = new Set(table.rows.map((row) => row[code]))
      } catch {
        notice(t('地图上没能只留现在开的；列表是对的。'))
      }
    }
    if (turn === filtering) layer.filter(chosenRules({ presets, picks }, rules), picks, open)
  }

  // Somebody wants a station at a place; report.js asks the rest.
  function wish(latlng) {
    map.closePopup()
    document.dispatchEvent(new CustomEvent('station-map:wish', { detail: inWorld(latlng) }))
  }

  // A tap on empty ground offers to search from there, or to ask for a station; a long press
  // and the right button do the same.
  map.on('click contextmenu', (event) => offer(event.latlng))
  // The same for who moves the map by keys.
  map.getContainer().addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.target !== map.getContainer()) return
    event.preventDefault()
    offer(middle())
  })

  // One popup for all places: the one before would stay for as long as it fades, its buttons too.
  const asking = L.popup({ closeButton: false, className: 'ask-popup', autoPanPadding: [24, 24] })

  function offer(latlng) {
    const box = element('div', 'ask-here')
    box.append(button(t('在这里找'), () => {
      map.closePopup()
      handlers.ask(inWorld(latlng))
    }), button(t('这里需要一个驿站'), () => wish(latlng)))
    asking.setLatLng(latlng).setContent(box).openOn(map)
    box.firstChild.focus({ preventScroll: true })
  }

  // Near a position: it and the closest stations. Else the words', the district's, all.
  function fit(question, places) {
    if (state !== 'ready') return
    const spots = places.slice(0, 5).map(onMap)
    let bounds = ground?.bounds(question.district)
    if (question.position && !question.district) bounds = L.latLngBounds([me.place(), ...spots])
    else if (question.text && spots.length) bounds = L.latLngBounds(spots)
    if (bounds?.isValid()) map.fitBounds(bounds, {
      maxZoom: 16, animate: !calm, paddingTopLeft: [64, 40], paddingBottomRight: [72, 48 + covered()],
    })
  }

  return {
    appear() {
      map.invalidateSize({ pan: false })
      if (state === 'waiting') load()
    },
    whenReady: (task) => (state === 'ready' ? task() : waiting.push(task)),
    filter,
    name: (codes) => layer.name(codes),
    position: (position, accuracy) => me.show(position && onMap(position), accuracy),
    fit,
    select: (code) => layer.select(code),
    light: (code) => layer.light(code),
    goTo(place) {
      const zoom = Math.max(map.getZoom(), CLOSE_ZOOM)
      const middle = map.project(onMap(place), zoom).add([0, covered() / 2])
      map.setView(map.unproject(middle, zoom), zoom, { animate: !calm })
    },
    onHover: (handler) => layer.onHover(handler),
    onSelect: (handler) => layer.onSelect(handler),
    onAsk: (handler) => { handlers.ask = handler },
    onLocate: (handler) => { handlers.locate = handler },
  }
}

async function getJson(address) {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`${response.status}`)
  return response.json()
}
