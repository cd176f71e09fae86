// Tables that the server drew, sorted by whichever column is pressed.
const value = (row, column) => {
  const cell = row.children[column]
  return cell.dataset.value === undefined ? cell.textContent : Number(cell.dataset.value)
}

export function sortable(root) {
  for (const table of root.querySelectorAll('table[data-sorts]')) {
    const heads = [...table.querySelectorAll('thead th')]
    heads.forEach((head, column) => {
      const button = document.createElement('button')
      button.type = 'button'
      button.className = 'sorter'
      button.append(...head.childNodes)
      button.addEventListener('click', () => sort(table, heads, column))
      head.append(button)
    })
  }
}

function sort(table, heads, column) {
  const down = heads[column].getAttribute('aria-sort') !== 'descending'
  heads.forEach((head) => head.removeAttribute('aria-sort'))
  heads[column].setAttribute('aria-sort', down ? 'descending' : 'ascending')
  const body = table.tBodies[0]
  const rows = [...body.rows].sort((a, b) => {
    const [one, other] = [value(a, column), value(b, column)]
    const order = typeof one === 'number' ? one - other : one.localeCompare(other, 'zh')
    return down ? -order : order
  })
  body.append(...rows)
}
