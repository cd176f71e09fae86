// The button that asks where the visitor is. Where the page around, the browser or the visitor
// does not allow it, a way to the whole map takes its place: a button that never works is worse.
import { t } from '../words.js'

const DENIED = 1

export function createLocate(onFound) {
  let dead = false

  // The button is new after each answer.
  async function watch() {
    const button = document.getElementById('locate')
    if (!button) return
    button.addEventListener('click', () => ask(button))
    if (dead || (dead = await isRefused())) bury()
  }

  function ask(button) {
    const label = button.querySelector('span')
    const rest = label.textContent
    const busy = (yes) => {
      button.setAttribute('aria-busy', String(yes))
      label.textContent = yes ? t('正在定位…') : rest
    }
    busy(true)
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      busy(false)
      onFound([coords.longitude, coords.latitude])
    }, (error) => {
      busy(false)
      if (error.code !== DENIED) return tell(t('现在定不了位，请再试一次。'))
      dead = true
      bury()
      tell(t('没有得到位置许可。'))
    }, { enableHighAccuracy: true, timeout: 12000, maximumAge: 30000 })
  }

  return { watch }
}

function bury() {
  document.getElementById('locating')?.remove()
  const instead = document.getElementById('instead')
  if (instead) instead.hidden = false
}

function tell(text) {
  const line = document.createElement('p')
  line.className = 'notice'
  line.setAttribute('role', 'alert')
  line.textContent = text
  document.getElementById('notices')?.replaceChildren(line)
}

// For certain, before anybody is asked: no secure context, or not allowed in this frame.
async function isRefused() {
  if (!window.isSecureContext || !navigator.geolocation) return true
  const policy = document.permissionsPolicy ?? document.featurePolicy
  if (policy && !policy.allowsFeature('geolocation')) return true
  try {
    return (await navigator.permissions.query({ name: 'geolocation' })).state === 'denied'
  } catch {
    return false
  }
}
