// What the page around is told, and what it may say. Only the window around this one is listened
// to; it says hello first, and from then on it, at the origin it said it from, is told.
const NAME = 'station-map'

export function createTalk({ onSelect }) {
  const around = window.parent === window ? null : window.parent
  let origin = null
  let told = 0
  let isReady = false

  addEventListener('message', ({ source, origin: from, data }) => {
    if (!around || source !== around || from === 'null' || data?.[NAME] !== 1) return
    if (data.type === 'hello') {
      origin = from
      told = 0
      document.documentElement.classList.toggle('fitted', data.fit === true)
      if (isReady) sayReady()
    } else if (data.type === 'select' && from === origin && typeof data.code === 'string') {
      onSelect(data.code.slice(0, 64))
    }
  })

  function say(what) {
    if (origin) around.postMessage({ [NAME]: 1, ...what }, origin)
  }

  function sayReady() {
    say({ type: 'ready' })
    sayHeight()
  }

  function sayHeight() {
    const height = Math.ceil(document.getElementById('embed').getBoundingClientRect().height)
    if (height === told || !origin) return
    told = height
    say({ type: 'height', height })
  }

  new ResizeObserver(sayHeight).observe(document.getElementById('embed'))

  return {
    ready() {
      isReady = true
      if (origin) sayReady()
    },
    selected(code) {
      const name = document.querySelector('.opened h1')?.firstChild?.textContent.trim() ?? ''
      say({ type: 'select', code, name })
    },
  }
}
