// The last question, on this phone only: what a start without signal shows first.
const KEY = 'station-map-last-question'

export function remember(search) {
  try {
    localStorage.setItem(KEY, search)
  } catch {
    // A private window keeps nothing.
  }
}

export function lastQuestion() {
  try {
    return localStorage.getItem(KEY) ?? ''
  } catch {
    return ''
  }
}

// The page stands for another one that did not come: "" for the list, else a station's code.
export const standsFor = () =>
  ('shell' in document.documentElement.dataset ? /^\/stations\/([\w-]+)$/.exec(location.pathname)?.[1] ?? '' : null)
