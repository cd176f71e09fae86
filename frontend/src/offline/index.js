// What every page does for the road without signal: it starts the service worker once nothing
// else waits, has the city kept, and tells what the worker did. Without it pages are as before.
import { keptAt, keptCity } from './city.js'
import { distance } from './distance.js'
import { installed } from './install.js'
import { renewKeptStation } from './kept.js'
import { readQuestion, searchOf } from '../question.js'
import { lastQuestion, standsFor } from './last.js'
import { keptCard, keptList } from './list.js'
import { AREAS, CITY_CACHE, LANGUAGE, WORDS } from './names.js'
import { isChinese, t, tn } from '../words.js'
import { toast } from './note.js'
import { keepTable } from './table.js'

const FRESH_MS = 5 * 60_000
const SAVING_FRESH_MS = 24 * 60 * 60_000
const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 5 * 60_000
// A page that is never idle, or that nobody looks at, prepares for the road all the same.
const LONGEST_WAIT_MS = 3000
const worker = navigator.serviceWorker

window.stationMapOffline = { list: keptList, card: keptCard, distance }
renewKeptStation()
keepSwitch()
if (standsFor() !== null) showEarly()

if (worker && 'caches' in window) {
  const later = window.requestIdleCallback ?? ((task) => setTimeout(task, 200))
  const soon = () => later(start, { timeout: LONGEST_WAIT_MS })
  if (document.readyState === 'complete') soon()
  else addEventListener('load', soon)
}

// The address changes as the rider asks; the switch leads to the same in the other language.
function keepSwitch() {
  document.addEventListener('click', ({ target }) => {
    const link = target.closest?.('a[data-language]')
    if (!link) return
    const address = new URL(location.href)
    address.searchParams.set('lang', link.dataset.language)
    address.searchParams.set('keep', '1')
    link.href = address
  })
}

// Which page the worker shows when an address does not say.
async function keepLanguage() {
  const cache = await caches.open(CITY_CACHE).catch(() => null)
  await cache?.put(LANGUAGE, new Response(document.documentElement.lang)).catch(() => {})
}

// The list does not wait for Leaflet: the rest of the page's scripts takes it over (rider.js).
async function showEarly() {
  const read = keptCity().catch(() => null)
  await parsed()
  await read
  const form = document.getElementById('ask')
  const search = location.pathname === '/' && !location.search ? lastQuestion() : location.search
  const question = readQuestion(new URLSearchParams(search))
  const rules = JSON.parse(form.dataset.rules)
  const part = await keptList(question, rules, searchOf({ ...question, count: '' }), standsFor(), navigator.onLine)
  const results = document.getElementById('results')
  if (part && results.querySelector('.skeleton')) results.replaceChildren(part)
}

// On the kept page this script runs while the rest is still being read.
function parsed() {
  if (document.readyState !== 'loading') return null
  return new Promise((done) => document.addEventListener('readystatechange', done, { once: true }))
}

async function start() {
  await keepLanguage()
  worker.addEventListener('message', ({ data }) => tellSent(data.outbox))
  const registration = await installed(worker)
  if (!registration) return // A private window, or a policy of the phone: the page works as before.
  watchForUpdate(registration)
  if (!worker.controller) await new Promise((done) => worker.addEventListener('controllerchange', done, { once: true }))
  send()
  addEventListener('online', send)
  await keepCity()
}

const send = () => worker.controller?.postMessage('flush')

// A phone often says that it is online before it is.
let pause = FIRST_PAUSE_MS
function sendLater() {
  if (!navigator.onLine) return
  setTimeout(send, pause)
  pause = Math.min(pause * 3, LONGEST_PAUSE_MS)
}

// What is fetched now goes through the worker, which keeps it.
async function keepCity() {
  const fresh = navigator.connection?.saveData ? SAVING_FRESH_MS : FRESH_MS
  if (Date.now() - (await keptAt()) < fresh) return
  const read = async (address) => (await fetch(address)).blob()
  const wanted = [keepTable(SAVING_FRESH_MS), read(WORDS), read(AREAS)]
  await Promise.all(wanted.map((one) => one.catch(() => {})))
}

// A new version waits; this page goes on with the old one until somebody says otherwise.
function watchForUpdate(registration) {
  let asked = false
  const offer = (waiting) => toast(t('有新版本。'), t('点一下更新'), () => {
    asked = true
    waiting.postMessage('take-over')
  })
  const watch = (coming) => coming?.addEventListener('statechange', () => {
    if (coming.state === 'installed' && worker.controller) offer(coming)
  })
  if (registration.waiting && worker.controller) offer(registration.waiting)
  watch(registration.installing)
  registration.addEventListener('updatefound', () => watch(registration.installing))
  worker.addEventListener('controllerchange', () => { if (asked) location.reload() })
}

function tellSent(done) {
  if (!done) return
  if (done.waiting) return sendLater()
  pause = FIRST_PAUSE_MS
  const parts = [
    done.sent && tn('之前记下的 %(num)s 条发出去了。', done.sent),
    done.refused && tn('有 %(num)s 条没有收下，可能放得太久，或者那一站已经不在了。', done.refused),
  ]
  toast(parts.filter(Boolean).join(isChinese() ? '' : ' '))
}
