// What devices said grows older while a page is open: its age is told anew, and what is older
// than the operator's limit goes.
import { t, tn } from './words.js'

const EVERY_MS = 20_000

function ageWords(minutes) {
  if (minutes < 1) return t('刚刚')
  if (minutes < 60) return tn('%(num)s 分钟前', minutes)
  return tn('%(num)s 小时前', Math.floor(minutes / 60))
}

function renew() {
  for (const time of document.querySelectorAll('.live time')) {
    const minutes = Math.floor((Date.now() - Date.parse(time.dateTime)) / 60_000)
    const line = time.closest('.live')
    if (minutes >= Number(line.dataset.minutes)) line.remove()
    else if (time.textContent !== ageWords(minutes)) time.textContent = ageWords(minutes)
  }
}

export function keepLiveAges() {
  renew()
  setInterval(renew, EVERY_MS)
  // Timers sleep with the page.
  addEventListener('pageshow', renew)
  document.addEventListener('visibilitychange', renew)
}
