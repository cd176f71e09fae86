// A sheet over the page: the browser's own dialog, which keeps the focus and gives it back.
import { t, theirs } from '../words.js'

export function openSheet(templateId, title) {
  const dialog = document.getElementById(templateId).content.firstElementChild.cloneNode(true)
  const heading = dialog.querySelector('h2')
  const form = dialog.querySelector('form')
  const trouble = dialog.querySelector('.sheet-trouble')
  const afterwards = []
  if (title) heading.append(...theirs(title))
  document.body.append(dialog)

  dialog.querySelector('[data-close]').addEventListener('click', () => dialog.close())
  // A tap beside the sheet is one on the dialog itself: its content covers the rest.
  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close() })
  dialog.addEventListener('close', () => {
    takeLine(document.body)
    dialog.remove()
    for (const task of afterwards) task()
  })
  dialog.showModal()
  takeLine(dialog)
  heading.focus()

  return {
    form,
    onClose: (task) => afterwards.push(task),
    busy(yes) {
      form.toggleAttribute('aria-busy', yes)
      for (const one of form.elements) one.disabled = yes
    },
    complain(text) {
      trouble.textContent = text
      trouble.hidden = !text
      if (text) trouble.scrollIntoView({ block: 'nearest' })
    },
    // What was said, in place of the form, and one button.
    thank(text, small) {
      heading.textContent = t('记下了')
      const close = element('button', 'button primary', t('好'))
      close.type = 'button'
      close.addEventListener('click', () => dialog.close())
      const said = element('p', 'report-thanks', text)
      said.setAttribute('role', 'status')
      form.replaceWith(said, element('p', 'small', small), close)
      heading.focus()
    },
  }
}

// What stands below an open sheet is hidden and cannot be pressed: the line that the page tells
// (offline/note.js) goes along with the sheet, and comes back.
function takeLine(to) {
  const line = document.querySelector('.toast')
  if (line) to.append(line)
}

function element(tag, className, text) {
  const made = document.createElement(tag)
  made.className = className
  made.textContent = text
  return made
}
