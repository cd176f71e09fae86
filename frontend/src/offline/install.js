// Puts the service worker in place. A weak signal may break that off, and the browser itself
// tries again only with the next page: while this one is open it is tried here.
const FIRST_PAUSE_MS = 2000
const TRIES = 6

// The registration once a worker is at work; null where there can be none, as in some private windows.
export async function installed(worker) {
  for (let tried = 0; tried < TRIES; tried += 1) {
    if (tried) await pause(FIRST_PAUSE_MS * 2 ** (tried - 1))
    try {
      const registration = await worker.register('/sw.js', { updateViaCache: 'none' })
      if (!registration) return null // Something in this browser puts itself between.
      if (registration.active || await settled(registration)) return registration
    } catch (error) {
      // A script that could not be fetched is a TypeError; all else is a policy of the browser.
      if (!(error instanceof TypeError)) return null
    }
  }
  return null
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds))

// Whether the worker on its way arrives; it is given up when one of its files cannot be had.
function settled(registration) {
  const coming = registration.installing ?? registration.waiting
  if (!coming) return Boolean(registration.active)
  return new Promise((done) => coming.addEventListener('statechange', () => {
    if (coming.state === 'activated') done(true)
    else if (coming.state === 'redundant') done(Boolean(registration.active))
  }))
}
