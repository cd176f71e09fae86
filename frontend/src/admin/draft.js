// What is written is kept on the server a moment after each change, and when the page is left, so
// that it can be gone on with after signing in anywhere.
import { read } from './changes.js'

const PAUSE_MS = 1200

export function keepDrafts(form) {
  const words = document.createElement('p')
  words.className = 'small'
  words.id = 'draft-words'
  words.setAttribute('role', 'status')
  form.querySelector('.save-bar').prepend(words)
  let kept = told(form)
  let timer
  let sending
  let done = false

  const keep = async (leaving = false) => {
    clearTimeout(timer)
    const now = told(form)
    if (done || now === kept) return
    sending = new AbortController()
    try {
      const answer = await fetch(form.dataset.draft, {
        method: 'POST',
        body: new URLSearchParams(new FormData(form)),
        keepalive: leaving,
        redirect: 'error',
        signal: sending.signal,
      })
      const said = answer.headers.get('Content-Type')?.includes('json') ? await answer.json() : {}
      if (said.kept) kept = now
      words.textContent = said.kept ? `草稿存在服务器上了，${said.at}` : '草稿没有存上，请记得保存。'
    } catch {
      if (!done) words.textContent = '草稿没有存上，请记得保存。'
    }
  }

  const later = () => {
    clearTimeout(timer)
    timer = setTimeout(keep, PAUSE_MS)
  }
  form.addEventListener('input', later)
  form.addEventListener('change', later)
  form.addEventListener('submit', () => {
    done = true
    clearTimeout(timer)
    sending?.abort()
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') keep(true)
  })
}

const told = (form) => JSON.stringify([...read(form)])
