// Sends answers, each under the id that it was given with: sent twice, it is stored once. An
// answer is forgotten only when the server has answered it.
import { addAnswer, answers, dropAnswer } from './store.js'

const PATIENCE_MS = 15_000
const LATER = new Set([408, 425, 429, 500, 502, 503, 504])

// Not at once in two tabs.
const alone = (work) => (navigator.locks ? navigator.locks.request('station-map-round', work) : work())

// The round as the server has it: null without signal, 'login' when nobody is signed in.
export async function fetchRound(address) {
  try {
    const response = await ask(address, { headers: { Accept: 'application/json' } })
    if (response.type === 'opaqueredirect' || [401, 403].includes(response.status)) return 'login'
    return response.ok ? await response.json() : null
  } catch {
    return null
  }
}

const ask = (address, options) =>
  fetch(address, { ...options, redirect: 'manual', cache: 'no-store', signal: AbortSignal.timeout?.(PATIENCE_MS) })

// Sends all that waits of this round's account. {sent, left, login, next}
export const sendAll = (round, base) => alone(async () => {
  const told = { sent: 0, left: 0, login: false, next: undefined }
  for (const one of (await answers()).filter((found) => found.account === round.account && !found.refused)) {
    const outcome = told.login || told.left ? 'later' : await send(one, round, base)
    if (outcome === 'login') told.login = true
    if (typeof outcome === 'string') told.left += 1
    else {
      told.sent += outcome.refused ? 0 : 1
      told.next = outcome.next
    }
  }
  return told
})

async function send(one, round, base) {
  const body = new URLSearchParams({
    csrf_token: round.token, id: one.id, answer: one.answer, note: one.note, seen_at: new Date(one.at).toISOString(),
  })
  let response
  try {
    const headers = { Accept: 'application/json' }
    response = await ask(`${base}/${encodeURIComponent(one.code)}`, { method: 'POST', headers, body })
  } catch {
    return 'later'
  }
  if (response.type === 'opaqueredirect' || response.status === 401) return 'login'
  if (LATER.has(response.status)) return 'later'
  if (!response.ok) {
    // Shown until somebody has read it; it is not sent again.
    await addAnswer({ ...one, refused: response.status })
    return { refused: true }
  }
  const told = await response.json().catch(() => ({}))
  await dropAnswer(one.id)
  return { next: told.next }
}
