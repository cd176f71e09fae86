// How far a run is.
import { element } from '../admin/parts.js'
import { follow } from '../admin/progress.js'

const box = document.getElementById('run-progress')

follow(box, (told) => told.ended, show)

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
