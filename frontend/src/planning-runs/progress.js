// How far a run is, asked every second; the page is loaded anew when it has ended.
const EVERY_MS = 1000
const box = document.getElementById('run-progress')

if (box) ask()

async function ask() {
  try {
    const answer = await fetch(box.dataset.progress, { headers: { Accept: 'application/json' } })
    if (!answer.ok || answer.redirected) return location.reload()
    const told = await answer.json()
    if (told.ended) return location.reload()
    show(told)
  } catch {
    // No network just now: the run goes on without us.
  }
  setTimeout(ask, EVERY_MS)
}

function show({ words, share, facts, again }) {
  const told = box.querySelector('[data-words]')
  if (told.textContent !== words) told.textContent = words // said aloud only when it is new
  const bar = box.querySelector('progress')
  if (typeof share === 'number') bar.value = share
  else bar.removeAttribute('value')
  box.querySelector('[data-again]').textContent = again
  box.querySelector('[data-facts]').replaceChildren(...facts.map(([name, value]) => {
    const line = document.createElement('div')
    line.append(element('dt', name), element('dd', value))
    return line
  }))
}

function element(name, words) {
  const made = document.createElement(name)
  made.textContent = words
  return made
}
