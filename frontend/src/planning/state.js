// The question of the form, with the stations that are tried; the same as the page's address.
const WEEKDAYS = ['周一', '周二', '周三', '周四', '周五', '周六', '周日']
const MOST_STEPS = 100
const MOST = 60

export const hourWords = (hour) => `${WEEKDAYS[Math.floor(hour / 24)]} ${hour % 24} 时`

export function createState(form) {
  const kept = form.querySelector('#plan-kept')
  const now = { add: values('add'), close: values('close') }
  const steps = []

  function values(name) {
    return [...kept.querySelectorAll(`[name=${name}]:checked`)].map((one) => one.value)
  }

  function remember() {
    steps.push({ add: [...now.add], close: [...now.close] })
    if (steps.length > MOST_STEPS) steps.shift()
  }

  const told = (name) => form.elements.namedItem(name)?.value ?? ''

  function query() {
    const made = new URLSearchParams()
    const put = (name, value) => { if (value) made.append(name, value) }
    for (const name of ['demand', 'area']) put(name, told(name).trim())
    const by = told('by')
    if (by !== 'metres') {
      put('by', by)
      put('minutes', told('minutes'))
    } else put('radius', told('radius'))
    if (told('when') !== 'any') put('when', told('when'))
    if (told('when') === 'hour') put('hour', told('hour'))
    for (const name of ['need', 'kind', 'audience', 'vs', 'scenario']) put(name, told(name))
    put('planned', form.elements.namedItem('planned').checked && '1')
    now.add.forEach((one) => put('add', one))
    now.close.forEach((one) => put('close', one))
    return made
  }

  function drawKept() {
    kept.replaceChildren(...['add', 'close'].flatMap((name) => now[name].map((value) => {
      const label = document.createElement('label')
      label.className = 'option'
      const box = document.createElement('input')
      Object.assign(box, { type: 'checkbox', name, value, checked: true })
      label.append(box, ` ${name === 'add' ? '新设' : '关闭'} ${value}`)
      return label
    })))
    document.getElementById('plan-back').hidden = !steps.length && !now.add.length && !now.close.length
  }

  return {
    now,
    query,
    drawKept,
    remember,
    put(name, value) {
      if (now[name].length >= MOST || now[name].includes(value)) return
      remember()
      now[name].push(value)
    },
    drop(name, value) {
      remember()
      now[name] = now[name].filter((one) => one !== value)
    },
    move(n, value) {
      now.add[n] = value
    },
    // Places as the server writes them.
    settle(add) {
      now.add = add
    },
    clear() {
      remember()
      now.add = []
      now.close = []
    },
    undo() {
      const last = steps.pop()
      if (last) Object.assign(now, last)
    },
  }
}
