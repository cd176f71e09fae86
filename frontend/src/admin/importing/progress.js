// How far an import is, asked every second; the page is loaded anew when the step has ended.
const EVERY_MS = 1000
const box = document.getElementById('import-progress')

if (box) ask()

async function ask() {
  try {
    const answer = await fetch(box.dataset.progress, { headers: { Accept: 'application/json' } })
    if (!answer.ok || answer.redirected) return location.reload()
    const told = await answer.json()
    if (told.state !== 'working') return location.reload()
    show(told)
  } catch {
    // No network just now: the import goes on without us.
  }
  setTimeout(ask, EVERY_MS)
}

function show({ words, done, total }) {
  const bar = box.querySelector('progress')
  box.querySelector('[data-words]').textContent = words
  const number = (n) => n.toLocaleString('zh-CN')
  box.querySelector('[data-count]').textContent = done ? `${number(done)}${total ? ` / ${number(total)}` : ''} 行` : ''
  if (total) {
    bar.max = total
    bar.value = Math.min(done, total)
  } else bar.removeAttribute('value')
}
