// The builder of embeds. Without this file the form is sent by its button and the page comes
// back with the result; with it, the result follows every choice. The server makes it both
// times: this asks for the same page and takes the result out of it.
import { offerCopy } from '../station/hand-on.js'
import { t } from '../words.js'

const PAUSE_MS = 350

const form = document.getElementById('choose')
const said = document.getElementById('said')
let timer = 0
let asking = null

document.documentElement.classList.add('js')

function address() {
  const asked = new URLSearchParams()
  for (const [name, value] of new FormData(form)) if (value !== '') asked.append(name, value)
  return `${form.getAttribute('action')}?${asked}`
}

function offer() {
  for (const button of document.querySelectorAll('#made [data-copy]')) offerCopy(button)
  for (const box of document.querySelectorAll('#made textarea')) box.addEventListener('focus', () => box.select())
}

// What is said at each field is part of the answer too.
function tellProblems(fresh) {
  for (const line of form.querySelectorAll('[data-problem]')) {
    const told = fresh.querySelector(`[data-problem="${line.dataset.problem}"]`)
    line.textContent = told ? told.textContent : ''
    const field = document.getElementById(line.dataset.problem)
    if (field) field.setAttribute('aria-invalid', line.textContent ? 'true' : 'false')
  }
}

async function ask() {
  asking?.abort()
  asking = new AbortController()
  const to = address()
  try {
    const answer = await fetch(to, { signal: asking.signal })
    if (!answer.ok) throw new Error(String(answer.status))
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
    show(fresh, to)
  } catch (error) {
    if (error.name !== 'AbortError') said.textContent = t('没有拿到，请按“生成”再试。')
  }
}

function show(fresh, to) {
  tellProblems(fresh)
  const made = document.getElementById('made')
  const preview = made.querySelector('iframe')
  const next = document.adoptNode(fresh.getElementById('made'))
  const frame = next.querySelector('iframe')
  // What looks the same need not be loaded again.
  if (preview && frame && preview.src === frame.src) {
    preview.height = frame.height
    preview.title = frame.title
    frame.replaceWith(preview)
  }
  made.replaceWith(next)
  history.replaceState(null, '', to)
  said.textContent = t('预览和代码已更新')
  offer()
}

form.addEventListener('input', () => {
  clearTimeout(timer)
  timer = setTimeout(ask, PAUSE_MS)
})
form.addEventListener('submit', (event) => {
  event.preventDefault()
  clearTimeout(timer)
  ask()
})
offer()
