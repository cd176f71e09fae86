// Reports made without signal: kept on the phone, sent when it returns. Each goes under the id
// that it was made with and is forgotten only when the server has answered, so it may be sent
// twice and is stored once. (workbox-background-sync takes a request out before it sends it: a
// worker that is ended in between loses it.)
import { openDB } from 'idb'
import { mark } from '../words.js'

const TAG = 'station-map-outbox'
const MOST = 20
// The server takes reports of things seen up to seven days ago.
const LONGEST_MS = 7 * 24 * 60 * 60 * 1000
const PATIENCE_MS = 15_000
const AWAY = new Set([502, 503, 504])
const LATER = new Set([408, 425, 429, 500, ...AWAY])

const store = () => openDB(TAG, 1, {
  upgrade: (base) => base.createObjectStore('told', { keyPath: 'id' }),
})

// A POST of JSON: the server's answer, or ours that it will be sent.
export async function postOrKeep({ request }) {
  const body = await request.text()
  const one = { id: idIn(body), url: request.url, body, at: Date.now() }
  try {
    const response = await post(one)
    if (!AWAY.has(response.status)) return response
  } catch {
    // No signal, or the answer was lost.
  }
  return one.id ? keep(one) : Response.error()
}

function idIn(body) {
  try {
    return JSON.parse(body).id
  } catch {
    return undefined
  }
}

const post = (one) => fetch(one.url, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
  body: one.body,
  signal: AbortSignal.timeout?.(PATIENCE_MS),
})

async function keep(one) {
  const base = await store()
  if (!(await base.get('told', one.id)) && (await base.count('told')) >= MOST) return Response.error()
  await base.put('told', one)
  // Where there is no Background Sync, pages ask for sending when they start or are online.
  await self.registration.sync?.register(TAG).catch(() => {})
  const told = { queued: true, id: one.id, text: mark('已记下，有信号就发出。') }
  return new Response(JSON.stringify(told), { status: 202, headers: { 'Content-Type': 'application/json' } })
}

let running = null

// Sends what waits, one after the other; rejects when something still waits.
export function flush() {
  running ??= sendAll().finally(() => { running = null })
  return running
}

async function sendAll() {
  const base = await store()
  const done = { sent: 0, refused: 0 }
  let left = 0
  try {
    const waiting = await base.getAll('told')
    for (const one of waiting.sort((a, b) => a.at - b.at)) {
      const response = Date.now() - one.at > LONGEST_MS ? null : await post(one)
      if (LATER.has(response?.status)) {
        left += 1
        continue
      }
      await base.delete('told', one.id)
      done[response?.ok ? 'sent' : 'refused'] += 1
    }
  } finally {
    if (done.sent || done.refused) await tell(done)
  }
  if (left) throw new Error(`${left} left for later`)
}

async function tell(done) {
  for (const client of await self.clients.matchAll()) client.postMessage({ outbox: done })
}
