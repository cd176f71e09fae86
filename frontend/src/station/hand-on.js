// Handing a station on: the system's own share sheet where there is one, else its address.
import { t } from '../words.js'

const SAID_MS = 2500

export function offerShare(button) {
  if (!button) return
  const { title, url } = button.dataset
  button.addEventListener('click', async () => {
    if (!navigator.share) return copy(button, url, t('网址已复制'))
    try {
      await navigator.share({ title, url })
    } catch (error) {
      // Closing the sheet is no failure.
      if (error.name !== 'AbortError') await copy(button, url, t('网址已复制'))
    }
  })
}

export function offerCopy(button) {
  button.addEventListener('click', () => copy(button, button.dataset.copy, t('已复制')))
}

async function copy(button, text, done) {
  try {
    await navigator.clipboard.writeText(text)
    say(button, done)
  } catch {
    // Plain http, or an old browser: it has a way of its own.
    say(button, copyBySelection(text) ? done : t('没能复制，请长按文字自己复制'))
  }
}

function copyBySelection(text) {
  const box = document.createElement('textarea')
  box.value = text
  box.readOnly = true
  box.className = 'sr-only'
  document.body.append(box)
  box.select()
  const copied = document.execCommand('copy')
  box.remove()
  return copied
}

// On the button for those who see it, in the status line for those who hear it.
function say(button, text) {
  const words = [...button.childNodes].find((node) => node.nodeType === Node.TEXT_NODE)
  button.dataset.words ??= words.textContent
  words.textContent = text
  document.getElementById('said').textContent = text
  clearTimeout(Number(button.dataset.timer))
  button.dataset.timer = setTimeout(() => { words.textContent = button.dataset.words }, SAID_MS)
}
