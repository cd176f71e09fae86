// Tables that sort by a press on a head: `<table class="data" data-sorts>`. Without this script they
// stand in the order the server gave them.
// A cell's value is its data-value (a number; "" when there is none), else its text. What has no
// value is last, whichever way; rows marked data-whole stay where they are, at the end.
const collator = new Intl.Collator('zh-CN', { numeric: true })

export function sortTables(root = document) {
  for (const table of root.querySelectorAll('table[data-sorts]')) arm(table)
}

function arm(table) {
  const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells]
  for (const [column, head] of heads.entries()) {
    if ('still' in head.dataset || head.querySelector('.sorts')) continue
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'sorts'
    button.append(...head.childNodes)
    head.append(button)
    button.addEventListener('click', () => turn(table, heads, column))
  }
}

function turn(table, heads, column) {
  const head = heads[column]
  const before = head.getAttribute('aria-sort')
  // Figures are wanted largest first, words from their beginning.
  const figures = [...table.tBodies[0].rows].some((row) => row.cells[column]?.dataset.value)
  const down = before ? before === 'ascending' : figures
  for (const one of heads) one.removeAttribute('aria-sort')
  head.setAttribute('aria-sort', down ? 'descending' : 'ascending')
  order(table.tBodies[0], column, down)
}

function order(body, column, down) {
  const whole = [...body.rows].filter((row) => 'whole' in row.dataset)
  const rows = [...body.rows].filter((row) => !('whole' in row.dataset))
  const keyed = rows.map((row) => [row, valueOf(row.cells[column])])
  keyed.sort(([, a], [, b]) => compare(a, b, down))
  body.append(...keyed.map(([row]) => row), ...whole)
}

export function valueOf(cell) {
  const told = cell?.dataset.value
  if (told === undefined) return cell?.textContent.trim() || null
  return told === '' || Number.isNaN(Number(told)) ? null : Number(told)
}

function compare(a, b, down) {
  if (a === null || b === null) return (a === null) - (b === null)
  const found = typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(a, b)
  return down ? -found : found
}
