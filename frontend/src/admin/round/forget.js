// Deletes what a phone kept of rounds: the list, the answers that wait, the page and its worker.
import { BASE, CACHES } from './names.js'

export async function forget(scope) {
  const done = [new Promise((resolve) => {
    const asked = indexedDB.deleteDatabase(BASE)
    for (const event of ['success', 'error', 'blocked']) asked.addEventListener(event, resolve)
  })]
  if (window.caches) {
    for (const name of await caches.keys()) if (name.startsWith(CACHES)) done.push(caches.delete(name))
  }
  const workers = await navigator.serviceWorker?.getRegistrations() ?? []
  for (const one of workers) if (new URL(one.scope).pathname.startsWith(scope)) done.push(one.unregister())
  await Promise.all(done)
}
