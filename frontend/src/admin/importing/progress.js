// How far an import is.
import { follow } from '../progress.js'

const box = document.getElementById('import-progress')

follow(box, (told) => told.state !== 'working', show)

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
