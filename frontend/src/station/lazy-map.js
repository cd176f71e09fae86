// The map is loaded when it comes near the screen: most riders read the top of the page only.
const NEAR = '160px'

export function offerMap(box) {
  if (!box || !window.drawSmallMap || navigator.connection?.saveData) return
  if (!('IntersectionObserver' in window)) return
  box.hidden = false
  const watch = new IntersectionObserver((seen) => {
    if (!seen.some((one) => one.isIntersecting)) return
    watch.disconnect()
    load(box)
  }, { rootMargin: NEAR })
  watch.observe(box)
}

// The style sheet, then each script after the one it needs. When one does not come, the
// drawing stays.
async function load(box) {
  const [style, ...scripts] = box.dataset.files.split(' ')
  try {
    await add('link', { rel: 'stylesheet', href: style })
    for (const src of scripts) await add('script', { src })
    window.drawSmallMap()
  } catch {
    box.hidden = !box.querySelector('.outline')
  }
}

function add(tag, attributes) {
  return new Promise((resolve, reject) => {
    const made = Object.assign(document.createElement(tag), attributes)
    made.addEventListener('load', resolve)
    made.addEventListener('error', reject)
    // First of all sheets: ours say how Leaflet's own are to be changed.
    document.head.prepend(made)
  })
}
