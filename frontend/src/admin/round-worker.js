// The worker of /admin/round: without signal it answers with a page that holds nobody's data, and
// the files that this page loads. It keeps no answer of the server, sends nothing and reads no
// database; the list and what waits are the page's own matter (round.js).
// The server puts self.ROUND before this text: the page, the files, the build.
import { CACHES } from './round/names.js'

const PATIENCE_MS = 4_000
const AWAY = new Set([502, 503, 504])
const CACHE = CACHES + self.ROUND.build
const SCOPE = new URL(self.registration.scope).pathname

self.addEventListener('install', (event) => event.waitUntil(keepAll()))
async function keepAll() {
  const cache = await caches.open(CACHE)
  await cache.addAll([self.ROUND.shell, ...self.ROUND.files])
  // A page that is a form for signing in is not the one to keep.
  const shell = await cache.match(self.ROUND.shell)
  if (shell.redirected) throw new Error('nobody is signed in')
  await self.skipWaiting()
}

self.addEventListener('activate', (event) => event.waitUntil(takeOver()))
async function takeOver() {
  const old = (await caches.keys()).filter((name) => name.startsWith(CACHES) && name !== CACHE)
  await Promise.all(old.map((name) => caches.delete(name)))
  await self.clients.claim()
}

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url)
  if (url.origin !== location.origin || event.request.method !== 'GET') return
  if (self.ROUND.files.includes(url.pathname)) event.respondWith(keptFile(event.request))
  else if (event.request.mode === 'navigate' && isPage(url.pathname)) event.respondWith(page(event.request))
})

const isPage = (path) => path === SCOPE || /^\/[\w-]+$/.test(path.slice(SCOPE.length))

const keptFile = async (request) => (await caches.match(request)) ?? fetch(request)

async function page(request) {
  try {
    const response = await withPatience(fetch(request))
    if (!AWAY.has(response.status)) return response
  } catch {
    // No signal.
  }
  return (await caches.match(self.ROUND.shell)) ?? Response.error()
}

const withPatience = (answer) => Promise.race([
  answer,
  new Promise((_, reject) => { setTimeout(() => reject(new Error('too slow')), PATIENCE_MS) }),
])
