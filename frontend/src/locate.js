// The rider's position: asked for only when the button is pressed, told plainly when refused.
import { notice } from './list.js'
import { t } from './words.js'

const REASONS = {
  1: () => t('没有得到位置许可。可以选地区，或者搜站名；也可以在地图上点一个地方。'),
  2: () => t('现在定不了位。可以选地区，或者搜站名；也可以在地图上点一个地方。'),
  3: () => t('定位太慢，先停下了。走到空旷处再试，或者选地区。'),
}

export function locateButton(button, question) {
  const label = button.querySelector('span')
  const rest = label.textContent

  function locate() {
    if (!navigator.geolocation) return notice(REASONS[2]())
    busy(true)
    navigator.geolocation.getCurrentPosition(found, failed, {
      enableHighAccuracy: true,
      timeout: 12000,
      maximumAge: 30000,
    })
  }

  function found({ coords }) {
    busy(false)
    question.moveTo([coords.longitude, coords.latitude], coords.accuracy)
  }

  function failed(error) {
    busy(false)
    notice((REASONS[error.code] ?? REASONS[2])())
    document.getElementById('district').focus()
  }

  function busy(yes) {
    button.setAttribute('aria-busy', String(yes))
    label.textContent = yes ? t('正在定位…') : rest
  }

  button.addEventListener('click', locate)
  return locate
}
