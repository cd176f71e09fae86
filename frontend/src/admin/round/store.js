// The phone's own copy of a round, and answers that wait: each under the account that it is of.
import { openDB } from 'idb'
import { BASE } from './names.js'

const HOUR_MS = 60 * 60 * 1000
// The server takes what was seen up to seven days ago.
const ANSWERS_MS = 7 * 24 * HOUR_MS

const base = () => openDB(BASE, 1, {
  upgrade: (made) => {
    made.createObjectStore('kept')
    made.createObjectStore('answers', { keyPath: 'id' })
  },
  // Signing out in another tab deletes it all; nothing here may stand in the way.
  blocking: (_current, _blocked, event) => event.target.close(),
})

async function using(work) {
  const opened = await base()
  try {
    return await work(opened)
  } finally {
    opened.close()
  }
}

// The list of a round, no longer than a session lasts; another account's goes.
export const keep = (round) => using((made) =>
  made.put('kept', { ...round, token: undefined, until: Date.now() + round.hours * HOUR_MS }, 'round'))

export const kept = () => using(async (made) => {
  const round = await made.get('kept', 'round')
  if (round && round.until < Date.now()) {
    await made.delete('kept', 'round')
    return undefined
  }
  return round
})

export const addAnswer = (answer) => using((made) => made.put('answers', answer))
export const dropAnswer = (id) => using((made) => made.delete('answers', id))
export const answers = () => using(async (made) => {
  const all = await made.getAll('answers')
  const old = all.filter(({ at }) => Date.now() - at > ANSWERS_MS)
  for (const { id } of old) await made.delete('answers', id)
  return all.filter((one) => !old.includes(one)).sort((a, b) => a.at - b.at)
})
