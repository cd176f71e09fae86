// The service worker: what is shown without signal, and what is sent when it returns.
// The server puts self.STATION_MAP before this text: the files to keep, each with its revision,
// and the kept page of each language (station_map/web/pages/pwa.py). Nothing that failed is ever kept.
import { clientsClaim } from 'workbox-core'
import { ExpirationPlugin } from 'workbox-expiration'
import { cleanupOutdatedCaches, matchPrecache, precacheAndRoute } from 'workbox-precaching'
import { registerRoute } from 'workbox-routing'
import { NetworkFirst, NetworkOnly } from 'workbox-strategies'
import { CITY_CACHE, KEPT_AT, LANGUAGE, TABLE } from './offline/names.js'
import { flush, postOrKeep } from './sw/outbox.js'

// A weak signal is as good as none: after that long, what is kept is shown.
const PATIENCE_S = 3
const HOME_PATIENCE_S = 1
const DAY_S = 24 * 60 * 60
const STATION = /^\/stations\/[\w-]+$/
const CITY = /^\/api\/v1\/(stations\/slim|amenities|areas)$/
const WHOLE = /^(\?crs=\w+)?$/
const TOLD = /^\/api\/v1\/(stations\/[\w-]+\/reports|suggestions)$/
const AWAY = new Set([502, 503, 504])

clientsClaim()
precacheAndRoute(self.STATION_MAP.precache, { cleanURLs: false, directoryIndex: null })
cleanupOutdatedCaches()

// Kept pages load this build's files; another build's pages would miss theirs.
const STATIONS = 'station-map-stations-'
const STATIONS_CACHE = STATIONS + self.STATION_MAP.build

// -- keeping -----------------------------------------------------------------------------

// A server that is away is no answer; what is kept tells when it was fetched.
const fetching = {
  fetchDidSucceed: async ({ response }) => {
    if (AWAY.has(response.status)) throw new Error(`${response.status}`)
    return response
  },
}
const stamping = {
  cacheWillUpdate: async ({ response }) => {
    if (response.status !== 200 || response.redirected) return null
    const headers = new Headers(response.headers)
    // Kept as it was unpacked.
    for (const name of ['Content-Encoding', 'Content-Length']) headers.delete(name)
    headers.set(KEPT_AT, String(Date.now()))
    return new Response(await response.blob(), { headers })
  },
}

const bounded = (maxEntries) =>
  new ExpirationPlugin({ maxEntries, maxAgeSeconds: 30 * DAY_S, purgeOnQuotaError: true })

const city = new NetworkFirst({
  cacheName: CITY_CACHE,
  networkTimeoutSeconds: PATIENCE_S,
  plugins: [fetching, stamping, bounded(6)],
})

// The address says it, else the page that was open last.
async function languageOf(url) {
  const said = url.searchParams.get('lang')
  if (said in self.STATION_MAP.shells) return said
  const last = await (await caches.match(LANGUAGE))?.text()
  return last?.split('-')[0] ?? 'zh'
}

const onlyLanguage = ({ search }) => !search || /^\?lang=\w+$/.test(search)

// Kept without the query: that may hold a position, and a page made for it tells it too. Of the
// query only the language counts.
const withoutQuery = {
  cacheKeyWillBeUsed: async ({ request }) => {
    const url = new URL(request.url)
    return `${url.origin}${url.pathname}?lang=${await languageOf(url)}`
  },
  cacheWillUpdate: async ({ request, response }) => {
    const url = new URL(request.url)
    const language = response.headers.get('Content-Language')?.split('-')[0]
    return onlyLanguage(url) && language === await languageOf(url) ? stamping.cacheWillUpdate({ response }) : null
  },
  // The page's own script sees by this that its state is no longer of now.
  cachedResponseWillBeUsed: async ({ cachedResponse }) => cachedResponse && marked(cachedResponse),
}
const stations = new NetworkFirst({
  cacheName: STATIONS_CACHE,
  networkTimeoutSeconds: PATIENCE_S,
  plugins: [fetching, withoutQuery, bounded(40)],
})
// Its list can be made on the phone at once, and is replaced when the server's comes.
const home = new NetworkOnly({ networkTimeoutSeconds: HOME_PATIENCE_S, plugins: [fetching] })
const homePatiently = new NetworkOnly({ plugins: [fetching] })

async function marked(response) {
  const html = await response.text()
  return new Response(
    html.replace('<html ', `<html data-kept="${Number(response.headers.get(KEPT_AT))}" `),
    { headers: response.headers },
  )
}

// -- answering ---------------------------------------------------------------------------

const navigates = (pattern) => ({ request, sameOrigin, url }) =>
  sameOrigin && request.mode === 'navigate' && pattern.test(url.pathname)

const orShell = (answer) => async (asked) => {
  try {
    return await answer(asked)
  } catch {
    return (await matchPrecache(self.STATION_MAP.shells[await languageOf(asked.url)])) ?? Response.error()
  }
}

registerRoute(navigates(/^\/$/), orShell(async ({ request, event }) => {
  const kept = await caches.match(TABLE)
  return (kept ? home : homePatiently).handle({ request, event })
}))

registerRoute(navigates(STATION), orShell(async ({ request, event, url }) => {
  const response = await stations.handle({ request, event })
  if (!onlyLanguage(url) && response.ok && !response.headers.has(KEPT_AT)) {
    const said = url.searchParams.get('lang')
    const bare = new Request(url.pathname + (said in self.STATION_MAP.shells ? `?lang=${said}` : ''))
    event.waitUntil(stations.handle({ request: bare, event }).catch(() => {}))
  }
  return response
}))

// Whole answers only: what is open now is another thing soon.
registerRoute(({ sameOrigin, url }) =>
  sameOrigin && CITY.test(url.pathname) && WHOLE.test(url.search), city)
registerRoute(({ sameOrigin, url }) => sameOrigin && TOLD.test(url.pathname), postOrKeep, 'POST')

// -- life --------------------------------------------------------------------------------

self.addEventListener('activate', (event) => {
  // The question goes out while this worker is still being started.
  event.waitUntil(Promise.all([self.registration.navigationPreload?.enable(), forgetOldPages()]))
})
async function forgetOldPages() {
  const old = (await caches.keys()).filter((name) => name.startsWith(STATIONS) && name !== STATIONS_CACHE)
  await Promise.all(old.map((name) => caches.delete(name)))
}

self.addEventListener('sync', (event) => event.waitUntil(flush()))
self.addEventListener('message', (event) => {
  // A new version waits until the person says so, or until every page of the old one is closed.
  if (event.data === 'take-over') self.skipWaiting()
  if (event.data === 'flush') {
    event.waitUntil(flush().catch(() => event.source?.postMessage({ outbox: { waiting: true } })))
  }
})
