// <station-map>: the map in a page of another site. Its attributes are the embed's options; the
// frame is as high as what is in it, unless `height` says otherwise. Messages: docs/reference/embed.md.
import { mark } from '../words.js'

const OPTIONS = ['area', 'bbox', 'center', 'zoom', 'q', 'open', 'open_unknown', 'amenity', 'preset', 'kind',
  'service_level', 'access_method', 'registration_required', 'honour', 'audience', 'seats', 'service', 'status',
  'lock', 'station', 'list', 'lang', 'theme', 'at', 'kiosk', 'locate']
const NAME = 'station-map'
const HIGHEST = 20000
const script = document.currentScript?.src || [...document.scripts].map(({ src }) => src).find((src) => /\/embed\.js([?#]|$)/.test(src))

class StationMap extends HTMLElement {
  static observedAttributes = [...OPTIONS, 'title', 'height']
  #frame = null
  #hear = (event) => this.#message(event)

  connectedCallback() {
    if (this.#frame) return
    const frame = this.#frame = document.createElement('iframe')
    frame.loading = 'lazy'
    frame.referrerPolicy = 'strict-origin-when-cross-origin'
    Object.assign(frame.style, { display: 'block', width: '100%', border: '0' })
    this.style.display ||= 'block'
    addEventListener('message', this.#hear)
    frame.addEventListener('load', () => this.#hello())
    this.#set()
    this.append(frame)
  }

  disconnectedCallback() {
    removeEventListener('message', this.#hear)
    this.#frame?.remove()
    this.#frame = null
  }

  attributeChangedCallback(name, before, now) {
    if (this.#frame && before !== now) this.#set(name)
  }

  // Opens a station in the embed, by its code.
  select(code) {
    this.#say({ type: 'select', code: `${code}` })
  }

  #set(changed) {
    const frame = this.#frame
    const english = this.getAttribute('lang')?.startsWith('en')
    const height = this.getAttribute('height')
    frame.title = this.getAttribute('title') || (english ? 'Map of union stations' : mark('工会驿站地图'))
    frame.allow = this.getAttribute('locate') === '0' ? '' : 'geolocation'
    if (changed === 'height' || !frame.style.height) frame.style.height = `${height > 0 ? height : 520}px`
    const query = new URLSearchParams()
    for (const name of OPTIONS) if (this.hasAttribute(name)) query.set(name, this.getAttribute(name) || (name === 'kiosk' ? '1' : ''))
    const address = new URL(`embed/v1/?${query}`, script).href
    if (frame.src !== address) frame.src = address
    else if (changed) this.#hello()
  }

  #hello() {
    this.#say({ type: 'hello', fit: !(this.getAttribute('height') > 0) })
  }

  #say(what) {
    this.#frame?.contentWindow?.postMessage({ [NAME]: 1, ...what }, new URL(script).origin)
  }

  // Only what this element's own frame says, from where the frame was asked to come.
  #message({ source, origin, data }) {
    if (source !== this.#frame?.contentWindow || origin !== new URL(script).origin || data?.[NAME] !== 1) return
    const { type, [NAME]: version, ...detail } = data
    if (type === 'height') {
      if (!(detail.height > 0 && detail.height < HIGHEST)) return
      if (!(this.getAttribute('height') > 0)) this.#frame.style.height = `${Math.ceil(detail.height)}px`
    } else if (type !== 'ready' && type !== 'select') return
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true }))
  }
}

if (script && !customElements.get(NAME)) customElements.define(NAME, StationMap)
