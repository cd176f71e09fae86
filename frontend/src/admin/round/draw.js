// The kept page's screens: the list, and one station. Everything is set as text.
export const made = (name, attributes = {}, ...inside) => {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  element.append(...inside)
  return element
}

const address = (base, code) => `${base}/${encodeURIComponent(code)}`

export function drawList(base, round, waiting) {
  const total = round.done + round.due
  const done = total - waiting.length
  return [
    made('h1', {}, '核实驿站'),
    made('p', { class: 'progress' }, made('strong', {}, `今天 ${done} / ${total}`)),
    ...(total ? [made('progress', { max: total, value: done, 'aria-label': '今天核实了多少' })] : []),
    ...(waiting.length
      ? [made('p', {}, made('a', { class: 'button solid', href: address(base, waiting[0].code) }, '接着核实'))]
      : [made('p', {}, '名单里的都核实完了。')]),
    made('ul', { class: 'rows round-list' }, ...waiting.map((one) => made('li', { 'data-code': one.code },
      made('div', {},
        made('a', { href: address(base, one.code) }, one.name),
        made('p', { class: 'small' }, [one.district, one.address, lastTime(one)].filter(Boolean).join(' · '))),
    ))),
  ]
}

const lastTime = ({ verified_at: at }) => (at ? `${at.slice(0, 10)} 核实` : '从没核实过')

export function drawStation(base, round, station, waiting) {
  const total = round.done + round.due
  const facts = [...station.lines, ['上次核实', station.verified_at?.slice(0, 10) ?? '从没有']]
  const next = waiting.find(({ code }) => code !== station.code)
  return [
    made('p', { class: 'back' }, made('a', { href: base }, '核实名单'),
      ' ', made('span', { class: 'progress' }, `今天 ${total - waiting.length} / ${total}`)),
    made('h1', {}, station.name),
    made('p', {}, [station.district, station.address].filter(Boolean).join('，')),
    made('p', { class: 'actions' },
      made('a', { class: 'button', href: station.map, target: '_blank', rel: 'noopener noreferrer' }, '怎么去')),
    made('dl', { class: 'facts' }, ...facts.map(([label, text]) =>
      made('div', {}, made('dt', {}, label), made('dd', {}, text)))),
    drawForm(base, station),
    ...(next ? [made('p', {}, made('a', { href: address(base, next.code) }, '先跳过，看下一个'))] : []),
  ]
}

function drawForm(base, station) {
  const note = made('textarea', { id: 'note', name: 'note', rows: '2', maxlength: '500' })
  const answer = (value, words, look) => made('button', { class: `button ${look}`, name: 'answer', value }, words)
  return made('form', {
    class: 'admin-form round-form', method: 'post', action: address(base, station.code),
    'data-code': station.code, 'data-name': station.name,
  },
  made('p', { class: 'actions' }, answer('right', '都对', 'primary wide')),
  made('p', { class: 'small' }, '有不对的，要有信号才能改；先跳过，或者写在下面。'),
  made('details', {}, made('summary', {}, '不在了，或者关了'),
    made('div', { class: 'field' }, made('label', { for: 'note' }, '说明'), note),
    made('p', { class: 'actions' }, answer('gone', '不在了或关了', ''))))
}
