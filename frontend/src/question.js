// What is asked: the form, the address and the parts of the page that change it, as one state.
import { pickFields, PICKS, readPicks } from './picks.js'
import { keptLanguage } from './words.js'

const DIGITS = 5

export function createQuestion(form) {
  const listeners = []
  const field = (name) => form.elements.namedItem(name)
  const picks = pickFields(form, (changed) => change({ picks: changed }))
  const boxes = [...form.querySelectorAll('input[name=preset]')]
  const openNow = form.querySelector('input[name=open]')
  let state = readQuestion(new URLSearchParams(location.search))

  function change(changes, options) {
    state = { ...state, count: '', ...changes }
    showInForm()
    history.replaceState(null, '', `/${searchOf(state)}`)
    for (const listener of listeners) listener(state, options)
  }

  function showInForm() {
    field('q').value = state.text
    field('district').value = state.district
    for (const box of boxes) box.checked = state.presets.includes(box.value)
    openNow.checked = state.openNow
    picks.show(state.picks)
    field('lon').value = state.position ? state.position[0].toFixed(DIGITS) : ''
    field('lat').value = state.position ? state.position[1].toFixed(DIGITS) : ''
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    picks.close()
    change({ text: field('q').value.trim() })
  })
  form.querySelector('#clear').addEventListener('click', (event) => {
    event.preventDefault()
    change({ presets: [], openNow: false, picks: {} })
  })
  field('q').addEventListener('search', () => change({ text: field('q').value.trim() }))
  field('district').addEventListener('change', () => change({ district: field('district').value }))
  for (const box of boxes) {
    box.addEventListener('change', () =>
      change({ presets: boxes.filter((one) => one.checked).map((one) => one.value) }))
  }

  openNow.addEventListener('change', () => change({ openNow: openNow.checked }))

  return {
    rules: JSON.parse(form.dataset.rules),
    get state() { return state },
    onChange: (listener) => listeners.push(listener),
    moveTo: (position, accuracy = null) =>
      change({ position, accuracy, district: '' }),
    // A link of the list ("more", "drop this filter") is a question too.
    follow: (href, options) => {
      const next = readQuestion(new URL(href, location.href).searchParams)
      change({ ...next, accuracy: state.accuracy, position: next.position }, options)
    },
  }
}

// The question in an address's query.
export function readQuestion(params) {
  const number = (name) => (params.get(name) ? Number(params.get(name)) : NaN)
  const [lon, lat] = [number('lon'), number('lat')]
  return {
    position: Number.isFinite(lon) && Number.isFinite(lat) ? [lon, lat] : null,
    accuracy: null,
    district: params.get('district') || '',
    text: (params.get('q') || '').trim(),
    presets: params.getAll('preset').flatMap((part) => part.split(',')).filter(Boolean),
    openNow: params.get('open') === 'now',
    picks: readPicks(params),
    count: params.get('n') || '',
    language: keptLanguage(params),
  }
}

export function searchOf(state) {
  const params = new URLSearchParams()
  if (state.position) {
    params.set('lon', state.position[0].toFixed(DIGITS))
    params.set('lat', state.position[1].toFixed(DIGITS))
  }
  if (state.district) params.set('district', state.district)
  if (state.text) params.set('q', state.text)
  if (state.presets.length) params.set('preset', state.presets.join(','))
  for (const name of PICKS) if (state.picks[name]?.length) params.set(name, state.picks[name].join(','))
  if (state.openNow) params.set('open', 'now')
  if (state.count) params.set('n', state.count)
  if (state.language) params.set('lang', state.language)
  const text = params.toString().replaceAll('%2C', ',')
  return text ? `?${text}` : ''
}
