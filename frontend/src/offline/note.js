// Lines that tell what is shown and what happened.
import { element, wrap } from './card.js'
import { t } from '../words.js'
import { ageWords } from './wording.js'

// at: when the data was fetched, ms since 1970.
// waiting: whether an answer may still come.
export function ageNote(at, waiting = false) {
  const note = element('p', 'age-note', `${waiting ? t('先看手机里存的') : t('离线')} · ${ageWords(Date.now() - at)}`)
  note.setAttribute('role', 'status')
  return note
}

// A line at the foot of the page, with at most one button; at the head of an open sheet, below
// which nothing can be seen or pressed.
export function toast(text, action, onPress) {
  document.querySelector('.toast')?.remove()
  const box = wrap('div', 'toast', element('p', '', text))
  box.setAttribute('role', 'status')
  const button = element('button', 'button', action ?? t('好'))
  button.type = 'button'
  button.addEventListener('click', () => {
    box.remove()
    onPress?.()
  })
  box.append(button)
  ;(document.querySelector('dialog[open]') ?? document.body).append(box)
}
