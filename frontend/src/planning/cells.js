// Cells of demand on a canvas of their own: every cell is a few pixels of one picture, written as
// numbers, so that a city of 131,000 is drawn in some milliseconds at every move of a slider.
import { toGcj02 } from '../datum.js'

const L = window.L
const FIRST = 48 // '0'
const AROUND = 0.2 // of the map's size, drawn beyond each edge
const EARTH_M = 40075016.686
const STRIPE = 2 // two to its power is a stripe's width in pixels

// Blue and orange, cividis, and ColorBrewer's PRGn: told apart by every eye, in light and dark.
const COVER = ['#e08214', '#2166ac', '#92c5de']
const DISTANCE = ['#fee838', '#e1cc55', '#bcae6c', '#9c9275', '#7f7c75', '#5b6071', '#31446b', '#00224e']
const DEMAND = ['#d9c55c', '#bcae6c', '#8e8a79', '#5b6071', '#00224e']
const CHANGE = ['#b9b3aa', '#1b7837', '#762a83']
const OUTLINE = '#1d1b19'
const HATCH = '#f7f7f7'

// 0xAABBGGRR, as a picture has it on the processors of phones and desks.
const number = (hex) => {
  const rgb = parseInt(hex.slice(1), 16)
  return (0xff000000 | ((rgb & 255) << 16) | (rgb & 0xff00) | (rgb >> 16)) >>> 0
}
const numbers = (all) => Uint32Array.from(all, number)
const PALETTES = { cover: numbers(COVER), distance: numbers(DISTANCE), demand: numbers(DEMAND), change: numbers(CHANGE) }
const INK = number(OUTLINE)
const PALE = number(HATCH)

function running(steps) {
  const made = new Float64Array(steps.length)
  let sum = 0
  for (let n = 0; n < steps.length; n++) made[n] = sum += steps[n]
  return made
}

const codes = (text) => Uint8Array.from(text, (one) => one.charCodeAt(0) - FIRST)

// Positions in the square of the whole world, 0 to 1, and the side of a cell in it.
export function readGround({ scale, cell_m: side, lon, lat, demand }, shifted) {
  const east = running(lon)
  const north = running(lat)
  const n = east.length
  const x = new Float64Array(n)
  const y = new Float64Array(n)
  let middle = 0
  for (let i = 0; i < n; i++) {
    let place = [east[i] / scale, north[i] / scale]
    if (shifted) place = toGcj02(place)
    const sine = Math.sin((place[1] * Math.PI) / 180)
    x[i] = place[0] / 360 + 0.5
    y[i] = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)
    middle += place[1] / n
  }
  const half = (side * 1.02) / 2 / EARTH_M / Math.cos((middle * Math.PI) / 180)
  return { n, x, y, half, demand: codes(demand) }
}

export const CellLayer = L.Layer.extend({
  initialize() {
    this._mode = 'cover'
    this._opacity = 0.75
  },

  onAdd(map) {
    const pane = map.getPane('cells') ?? map.createPane('cells')
    pane.style.zIndex = 300
    pane.style.pointerEvents = 'none'
    this._canvas = L.DomUtil.create('canvas', 'plan-cells', pane)
    this._canvas.setAttribute('aria-hidden', 'true')
    this._canvas.style.opacity = this._opacity
    map.on('zoomstart', this._hide, this)
    map.on('moveend resize', this.draw, this)
    this.draw()
  },

  onRemove(map) {
    map.off('zoomstart', this._hide, this)
    map.off('moveend resize', this.draw, this)
    this._canvas.remove()
  },

  ground(ground) {
    this._ground = ground
    this._answer = null
  },

  // cells, gap_of and change: a character a cell; change is null when nothing is compared.
  answer({ cells, gap_of: gapOf, change }) {
    this._answer = { cells: codes(cells), gapOf: codes(gapOf), change: change && codes(change) }
    this.draw()
  },

  mode(name) {
    this._mode = name
    this.draw()
  },

  opacity(part) {
    this._opacity = part
    if (this._canvas) this._canvas.style.opacity = part
  },

  bounds() {
    const { n, x, y } = this._ground
    let [west, north, east, south] = [1, 1, 0, 0]
    for (let i = 0; i < n; i++) {
      west = Math.min(west, x[i])
      east = Math.max(east, x[i])
      north = Math.min(north, y[i])
      south = Math.max(south, y[i])
    }
    const at = (px, py) => this._map.options.crs.pointToLatLng(L.point(px * 256, py * 256), 0)
    return L.latLngBounds(at(west, south), at(east, north))
  },

  _hide() {
    this._canvas.style.visibility = 'hidden'
  },

  // The colour of each cell; 0 for one that is not drawn.
  _colours() {
    const { n, demand } = this._ground
    const { cells, change } = this._answer
    const mode = this._mode === 'change' && !change ? 'cover' : this._mode
    const palette = PALETTES[mode]
    const colour = new Uint32Array(n)
    for (let i = 0; i < n; i++) {
      if (mode === 'distance') colour[i] = palette[cells[i] & 7]
      else if (demand[i] === 0) continue
      else if (mode === 'demand') colour[i] = palette[demand[i] - 1]
      else if (mode === 'change') colour[i] = palette[change[i]]
      else colour[i] = palette[cells[i] >> 3]
    }
    return { colour, hatched: mode === 'cover' }
  },

  draw() {
    const map = this._map
    if (!map || !this._ground || !this._answer) return
    const sharp = Math.min(window.devicePixelRatio || 1, 2)
    const size = map.getSize()
    const corner = size.multiplyBy(-AROUND).round()
    const width = Math.round(size.x * (1 + 2 * AROUND) * sharp)
    const height = Math.round(size.y * (1 + 2 * AROUND) * sharp)
    if (!width || !height) return
    const canvas = this._canvas
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width
      canvas.height = height
      canvas.style.width = `${width / sharp}px`
      canvas.style.height = `${height / sharp}px`
    }
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint(corner))
    canvas.style.visibility = ''
    const origin = map.getPixelBounds().min.add(corner)
    const context = canvas.getContext('2d')
    const picture = context.createImageData(width, height)
    const view = { width, height, left: origin.x * sharp, top: origin.y * sharp, world: 256 * 2 ** map.getZoom() * sharp }
    this._paint(new Uint32Array(picture.data.buffer), view)
    context.putImageData(picture, 0, 0)
    canvas.dataset.drawn = String(Number(canvas.dataset.drawn ?? 0) + 1)
  },

  _paint(pixels, { width, height, left, top, world }) {
    const { n, x, y, half } = this._ground
    const { cells, gapOf } = this._answer
    const { colour, hatched } = this._colours()
    const gaps = new Uint8Array(width * height)
    for (let i = 0; i < n; i++) {
      const x0 = Math.round((x[i] - half) * world - left)
      const y0 = Math.round((y[i] - half) * world - top)
      const x1 = Math.max(x0 + 1, Math.round((x[i] + half) * world - left))
      const y1 = Math.max(y0 + 1, Math.round((y[i] + half) * world - top))
      if (x1 <= 0 || y1 <= 0 || x0 >= width || y0 >= height || !colour[i]) continue
      const from = Math.max(x0, 0)
      const to = Math.min(x1, width)
      const striped = hatched && cells[i] >> 3 === 2
      for (let row = Math.max(y0, 0); row < Math.min(y1, height); row++) {
        const start = row * width
        pixels.fill(colour[i], start + from, start + to)
        if (gapOf[i]) gaps.fill(gapOf[i], start + from, start + to)
        if (!striped) continue
        for (let column = from; column < to; column++) {
          if (((column + row) >> STRIPE) & 1) pixels[start + column] = PALE
        }
      }
    }
    outline(pixels, gaps, width, height)
  },
})

// Where one gap ends and another begins, or none.
function outline(pixels, gaps, width, height) {
  for (let row = 0; row < height - 1; row++) {
    for (let at = row * width, end = at + width - 1; at < end; at++) {
      const here = gaps[at]
      if (here !== gaps[at + 1]) pixels[at] = pixels[at + 1] = INK
      if (here !== gaps[at + width]) pixels[at] = pixels[at + width] = INK
    }
  }
}
