// What the scripts of /admin share: asking the server, and words that are never more than text.

// The JSON at an address. A session that has ended leads elsewhere, which is no answer.
export async function getJson(address) {
  const response = await fetch(address, { headers: { Accept: 'application/json' } })
  if (!response.ok || response.redirected) throw new Error(`${response.status}`)
  return response.json()
}

export function element(name, words) {
  const made = document.createElement(name)
  made.textContent = words
  return made
}

// For Leaflet, which takes a string as HTML.
export const text = (words) => element('span', words)
