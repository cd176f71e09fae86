// The drawn answer, taken in whole: what was unfolded stays so, and what had the focus keeps it.
const key = (part) => `${part.closest('section[aria-labelledby]')?.getAttribute('aria-labelledby') ?? ''} ${part.querySelector('summary').textContent}`

export function show({ html, said }) {
  const place = document.getElementById('plan-answer')
  const open = new Set([...place.querySelectorAll('details[open]')].map(key))
  const focused = place.contains(document.activeElement) ? [...place.querySelectorAll('button, summary')].indexOf(document.activeElement) : -1
  // Drawn, and escaped, by our own server for this very place.
  place.innerHTML = html
  for (const part of place.querySelectorAll('details')) part.open = open.has(key(part))
  for (const button of place.querySelectorAll('[data-drop]')) button.hidden = false
  if (focused >= 0) place.querySelectorAll('button, summary')[focused]?.focus({ preventScroll: true })
  const spoken = document.getElementById('plan-said')
  if (spoken.textContent !== said) spoken.textContent = said
}
