// A page of results: its tables sort, and rows that the map shows become buttons that go there.
// (The map's own module listens, once it is there.)
import { sortTables } from '../planning/sort-table.js'

sortTables()
const map = document.getElementById('results-map')
if (map) for (const words of document.querySelectorAll('[data-spot]')) offer(words)

function offer(words) {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'fly'
  button.textContent = words.textContent
  button.addEventListener('click', () => {
    map.dispatchEvent(new CustomEvent('go-to', { detail: words.dataset.spot }))
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
    map.scrollIntoView({ block: 'nearest', behavior: calm ? 'auto' : 'smooth' })
  })
  words.replaceChildren(button)
}
