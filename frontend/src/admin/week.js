// The week as a table beside the text: whichever is changed, the server reads it and tells the
// other, and what the next 14 days come to.
const PAUSE_MS = 350
const DAY = 1440
const SAME = '和上面的文字是一回事，改哪边都行。到第二天才关的，结束时间比开始早就行。'
const MORE = '上面的文字说得比这张表细（比如分季节、某月某日），表里放不下，请在文字里改。'
const UNREAD = '上面的文字还读不懂，先看看下面说的。'
const TIMES = '填上几点到几点。'

export function editWeek(form, box) {
  const text = form.elements.opening_hours
  const staffed = form.elements.staffed_hours
  const rows = [...box.querySelectorAll('.grid-row')]
  const words = box.querySelector('#grid-words')
  let timer
  let turn = 0

  const ask = async (query) => {
    const mine = (turn += 1)
    try {
      const address = new URL('/admin/hours-preview', location.href)
      address.search = new URLSearchParams({ code: form.dataset.code, staffed: staffed.value, ...query })
      const answer = await fetch(address)
      const said = answer.ok ? await answer.json() : null
      if (mine !== turn || !said) return
      if ('grid' in query && said.expression) {
        text.value = said.expression
        text.dispatchEvent(new Event('change', { bubbles: true }))
      }
      show(said)
      if (!('grid' in query)) fill(said)
    } catch {
      // The text is there, and saving reads it again.
    }
  }
  const later = (query) => {
    clearTimeout(timer)
    timer = setTimeout(() => ask(query()), PAUSE_MS)
  }

  const fill = (said) => {
    words.textContent = said.trouble ? UNREAD : said.grid ? SAME : MORE
    box.classList.toggle('is-off', !said.grid)
    if (said.grid) rows.forEach((row, at) => fillRow(row, said.grid[at]))
    for (const field of box.querySelectorAll('input, button')) field.disabled = !said.grid
  }

  text.addEventListener('input', () => later(() => ({ hours: text.value })))
  staffed.addEventListener('input', () => later(() => ({ hours: text.value })))
  box.addEventListener('change', (event) => {
    const row = event.target.closest('.grid-row')
    if (row) settle(row, event.target)
    const grid = rows.map(readRow)
    if (grid.some((one) => one === undefined)) {
      words.textContent = TIMES
      return
    }
    words.textContent = SAME
    later(() => ({ grid: JSON.stringify(grid) }))
  })
  for (const button of box.querySelectorAll('[data-copy-to]')) {
    button.addEventListener('click', () => {
      const first = readRow(rows[0])
      if (first === undefined) return
      rows.slice(1, Number(button.dataset.copyTo)).forEach((row) => fillRow(row, first))
      box.dispatchEvent(new Event('change', { bubbles: true }))
    })
  }
  box.hidden = false
  fill({ grid: JSON.parse(box.dataset.grid), trouble: box.dataset.trouble })
}

const parts = (row) => ({
  open: row.querySelector('.grid-open'),
  whole: row.querySelector('.grid-whole'),
  usual: row.querySelector('.grid-usual'),
  spans: [...row.querySelectorAll('.grid-span')].map((span) => [...span.querySelectorAll('input')]),
})

function fillRow(row, spans) {
  const { open, whole, usual, spans: fields } = parts(row)
  if (usual) usual.checked = spans === null
  const told = spans ?? []
  whole.checked = told.length === 1 && told[0][0] === 0 && told[0][1] === DAY
  open.checked = told.length > 0
  fields.forEach(([start, end], at) => {
    const span = whole.checked ? undefined : told[at]
    start.value = span ? clock(span[0]) : ''
    end.value = span ? clock(span[1] % DAY) : ''
  })
  dress(row)
}

// [] is closed, null as on other days, undefined not whole yet.
function readRow(row) {
  const { open, whole, usual, spans } = parts(row)
  if (usual?.checked) return null
  if (!open.checked) return []
  if (whole.checked) return [[0, DAY]]
  const found = []
  for (const [start, end] of spans) {
    if (!start.value !== !end.value) return undefined
    if (start.value) {
      const from = minutes(start.value)
      const to = minutes(end.value)
      found.push([from, to > from ? to : to + DAY])
    }
  }
  return found.length ? found : undefined
}

// One box implies or rules out another.
function settle(row, changed) {
  const { open, whole, usual, spans } = parts(row)
  if (changed === whole && whole.checked) open.checked = true
  if (changed === open && !open.checked) whole.checked = false
  if (changed.type === 'time') open.checked = true
  if (usual && changed === usual && usual.checked) open.checked = whole.checked = false
  if (usual && changed !== usual) usual.checked = false
  if (open.checked && !whole.checked && spans.every(([start]) => !start.value) && changed === open) {
    spans[0][0].value = '08:00'
    spans[0][1].value = '18:00'
  }
  dress(row)
}

function dress(row) {
  const { open, whole } = parts(row)
  row.classList.toggle('is-timed', open.checked && !whole.checked)
}

const clock = (minute) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
const minutes = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5))

function show(said) {
  document.getElementById('preview-trouble').textContent = said.trouble || said.staffed_trouble || ''
  document.getElementById('preview-expression').textContent = said.expression || '不清楚'
  const body = document.querySelector('#preview-days tbody')
  body.replaceChildren(...said.days.map(dayRow))
}

function dayRow(day) {
  const row = document.createElement('tr')
  if (day.today) row.className = 'is-today'
  const head = Object.assign(document.createElement('th'), { scope: 'row', textContent: `${day.date} ${day.weekday}` })
  const times = document.createElement('td')
  times.append(Object.assign(document.createElement('span'), { textContent: day.times }))
  if (day.why) times.append(' ', Object.assign(document.createElement('span'), { className: 'small', textContent: day.why }))
  row.append(head, times, Object.assign(document.createElement('td'), { textContent: day.staffed }))
  return row
}
