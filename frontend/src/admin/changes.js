// The bar below a form says which fields were changed since the page was opened.
const MOST = 4

export function showChanges(form) {
  const words = document.getElementById('save-words')
  if (!words) return
  const before = read(form)
  const tell = () => {
    const after = read(form)
    const labels = new Set()
    for (const name of new Set([...before.keys(), ...after.keys()])) {
      if (before.get(name) !== after.get(name)) labels.add(labelOf(form, name))
    }
    const named = [...labels].filter(Boolean)
    const more = named.length > MOST ? `等 ${named.length} 项` : ''
    words.textContent = named.length ? `改了：${named.slice(0, MOST).join('、')}${more}` : ''
  }
  form.addEventListener('input', tell)
  form.addEventListener('change', tell)
}

const HOUSEKEEPING = new Set(['csrf_token', 'version', 'base', 'do'])

// Every field with all its values as one text.
export function read(form) {
  const found = new Map()
  for (const [name, value] of new FormData(form)) {
    if (!HOUSEKEEPING.has(name) && !name.startsWith('has.')) {
      found.set(name, found.has(name) ? `${found.get(name)}\n${value}` : String(value))
    }
  }
  return found
}

function labelOf(form, name) {
  const [field] = [form.elements[name]].flat()
  const one = field instanceof RadioNodeList ? field[0] : field
  const around = one?.closest('fieldset')?.querySelector('legend')
  const label = around ?? form.querySelector(`label[for="${CSS.escape(name)}"]`)
  return label ? label.textContent.trim() : ''
}
