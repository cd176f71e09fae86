// One message to the API. The caller keeps its body, `id` and all, so that sending it again
// after a lost answer stores it once.
import { isChinese, t, withoutChinese } from '../words.js'

export class NoSignal extends Error {}
export class Refused extends Error {}

export async function send(address, body) {
  let response
  try {
    response = await fetch(address, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify(body),
    })
  } catch {
    throw new NoSignal(t('没发出去，可能没信号。填的都还在，再按一次试试。'))
  }
  const told = await response.json().catch(() => null)
  if (response.ok && told) return told
  throw new Refused(reason(response.status, told))
}

function reason(status, told) {
  if (status === 429) return t('反映得太多了，过一会儿再试。')
  if (status === 413) return t('照片太大，换一张小的。')
  if (status >= 500 || !told) return t('服务器现在收不了，过一会儿再按一次。')
  const first = told.errors?.[0]
  // An error of two languages has the Chinese first.
  const own = first?.message_zh && first.message_zh !== told.title_zh
  if (!isChinese()) return withoutChinese(own ? first.message : told.detail)
  return own ? first.message_zh : told.detail.split('。 ')[0]
}

// crypto.randomUUID is there on https only; a station's own network may be without.
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6] & 0x0f) | 0x40
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
