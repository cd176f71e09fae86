// "A station is needed here": a place on the map, what it should have, a few words.
import { newId, send } from './send.js'
import { openSheet } from './sheet.js'
import { t } from '../words.js'

export function openWish(lon, lat) {
  const sheet = openSheet('wish-sheet')
  const { form } = sheet
  const id = newId()

  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const body = {
      id,
      lon,
      lat,
      note: form.elements.note.value.trim() || undefined,
      amenities: [...form.querySelectorAll('input:checked')].map((one) => one.value),
    }
    sheet.complain('')
    sheet.busy(true)
    try {
      const told = await send('/api/v1/suggestions', body)
      sheet.thank(t(told.text), t('不存你的名字、电话和准确位置。'))
    } catch (error) {
      sheet.busy(false)
      sheet.complain(error.message)
    }
  })
}
