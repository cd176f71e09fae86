// List or map on a narrow screen; both on a wide one.
const WIDE = '(min-width: 960px)'

export function createViews(stations, sheet) {
  const buttons = [...document.querySelectorAll('[data-show]')]
  const wide = matchMedia(WIDE)
  const mapShown = () => wide.matches || document.body.dataset.view === 'map'

  function show(view) {
    document.body.dataset.view = view
    for (const button of buttons) button.setAttribute('aria-pressed', String(button.dataset.show === view))
    sheet.atLeast('half')
    refresh()
  }

  // The map measures itself and loads its stations only once it can be seen.
  function refresh() {
    if (mapShown()) requestAnimationFrame(() => stations.appear())
  }

  for (const button of buttons) button.addEventListener('click', () => show(button.dataset.show))
  wide.addEventListener('change', refresh)
  refresh()
  return { mapShown }
}
