// The sheet of one station: five answers, one tap each; two of them say which.
import { photoOf } from './photo.js'
import { newId, send } from './send.js'
import { openSheet } from './sheet.js'
import { t } from '../words.js'

const WHICH = { broken: ['amenity', () => t('先选哪样坏了。')], wrong: ['field', () => t('先选哪条不对。')] }

// at: "open" sends that at once; else the sheet asks.
export function openReport({ code, name, has, at }) {
  const sheet = openSheet('report-sheet', name)
  const { form } = sheet
  // One id an answer: sent again after a lost answer, it is the same report.
  const reports = new Map()
  let waiting = null

  putFirst(form.elements.amenity, has)

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    answer(event.submitter.value)
  })
  for (const [kind, [field]] of Object.entries(WHICH)) {
    // "Broken", then which: choosing is the second tap, not one before a third.
    form.elements[field].addEventListener('change', () => { if (waiting === kind) answer(kind) })
  }
  if (at) answer(at)

  async function answer(kind) {
    sheet.complain('')
    const [field, words] = WHICH[kind] ?? []
    if (field && !form.elements[field].value) return ask(kind, field, words)
    const body = {
      ...known(kind, field && form.elements[field].value),
      kind,
      note: form.elements.note.value.trim() || undefined,
      [field]: field && form.elements[field].value,
    }
    sheet.busy(true)
    try {
      const photo = await photoOf(form.elements.photo.files[0])
      const told = await send(`/api/v1/stations/${encodeURIComponent(code)}/reports`, { ...body, photo })
      sheet.thank(t(told.text), t('不存你的名字、电话和准确位置。'))
      sheet.onClose(() => refresh(code))
    } catch (error) {
      sheet.busy(false)
      sheet.complain(error.message)
    }
  }

  function ask(kind, field, words) {
    waiting = kind
    sheet.complain(words())
    form.elements[field].focus()
    try {
      form.elements[field].showPicker()
    } catch {
      // Older browsers have none; the focus is on it.
    }
  }

  function known(kind, which) {
    const key = `${kind} ${which ?? ''} ${form.elements.note.value} ${form.elements.photo.value}`
    if (!reports.has(key)) reports.set(key, { id: newId(), seen_at: new Date().toISOString() })
    return reports.get(key)
  }
}

// What this station has comes first in the list of what may be broken.
function putFirst(select, codes) {
  const options = codes.map((code) => select.querySelector(`option[value="${CSS.escape(code)}"]`)).filter(Boolean)
  if (!options.length) return
  const here = document.createElement('optgroup')
  here.label = t('这里有的')
  here.append(...options)
  const others = select.querySelector('optgroup')
  others.label = t('其他')
  others.before(here)
}

// The card says at once what the report changed.
async function refresh(code) {
  const cards = document.querySelectorAll(`.card[data-code="${CSS.escape(code)}"]`)
  if (!cards.length) return location.reload()
  const response = await fetch(`/parts/card/${encodeURIComponent(code)}${location.search}`).catch(() => null)
  if (!response?.ok) return
  const html = await response.text()
  for (const card of cards) {
    const box = document.createElement('div')
    box.innerHTML = html
    const fresh = box.querySelector('.card')
    if (card.classList.contains('is-selected')) {
      fresh.classList.add('is-selected')
      fresh.setAttribute('aria-current', 'true')
    }
    const hadFocus = card.contains(document.activeElement)
    card.replaceWith(fresh)
    if (hadFocus) fresh.querySelector('a[data-report]').focus({ preventScroll: true })
  }
}
