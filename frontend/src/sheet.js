// The bottom sheet of the map view on a narrow screen: peek, half or full.
const STEPS = ['peek', 'half', 'full']
const DRAG_PX = 24

export function createSheet() {
  const handle = document.getElementById('handle')
  const list = document.getElementById('list')
  let from = null

  const now = () => document.body.dataset.sheet

  function set(step) {
    document.body.dataset.sheet = step
    handle.setAttribute('aria-expanded', String(step !== 'peek'))
  }

  const move = (by) => {
    const place = Math.min(Math.max(STEPS.indexOf(now()) + by, 0), STEPS.length - 1)
    set(STEPS[place])
  }

  handle.addEventListener('click', (event) => {
    // A drag ends in a click as well; only keyboards and taps turn the sheet here.
    if (event.detail && from === 'dragged') return
    set(now() === 'full' ? 'peek' : STEPS[STEPS.indexOf(now()) + 1])
  })
  handle.addEventListener('pointerdown', (event) => {
    from = event.clientY
    handle.setPointerCapture(event.pointerId)
  })
  handle.addEventListener('pointerup', (event) => {
    if (typeof from !== 'number') return
    const dragged = from - event.clientY
    from = Math.abs(dragged) > DRAG_PX ? 'dragged' : null
    if (from) move(Math.sign(dragged) * (Math.abs(dragged) > list.clientHeight / 2 ? 2 : 1))
  })
  handle.addEventListener('keydown', (event) => {
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key]
    if (!by) return
    event.preventDefault()
    move(by)
  })

  return {
    // Height, in pixels, of the map's lower part that the sheet hides.
    covers() {
      const floating = getComputedStyle(list).position === 'fixed'
      return floating && now() !== 'full' ? list.clientHeight : 0
    },
    atLeast(step) {
      if (STEPS.indexOf(now()) < STEPS.indexOf(step)) set(step)
    },
  }
}
