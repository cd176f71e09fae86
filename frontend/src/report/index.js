// Telling that something is wrong, or that a station is needed, in a sheet over the page.
// Without this file, or in a browser without <dialog>, the links lead to pages with the same forms.
import { openReport } from './report.js'
import { openWish } from './wish.js'
import { isChinese } from '../words.js'

const able = typeof HTMLDialogElement === 'function'

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-report]')
  const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey
  if (!link || !able || elsewhere) return
  event.preventDefault()
  const card = link.closest('.card')
  openReport({
    code: link.dataset.code ?? card.dataset.code,
    name: link.dataset.name ?? card.querySelector('.name').textContent.trim(),
    has: (link.dataset.has ?? card?.dataset.has ?? '').split(' ').filter(Boolean),
    at: link.dataset.report,
  })
})

// The map tells where: a place that was pressed, or its middle. Degrees, WGS-84.
document.addEventListener('station-map:wish', ({ detail: [lon, lat] }) => {
  if (able) return openWish(lon, lat)
  location.assign(`/suggest?lon=${lon.toFixed(5)}&lat=${lat.toFixed(5)}${isChinese() ? '' : `&lang=${document.documentElement.lang}`}`)
})
