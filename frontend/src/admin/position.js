// Where a station is: typed, moved on the map, or taken from the telephone. The datum is never
// guessed: typing other figures takes back the choice of one.
const PAUSE_MS = 400

export function editPosition(form, box) {
  const text = form.elements.position
  const words = document.getElementById('position-words')
  const datums = [...form.elements.datum]
  const pins = box.stationPins
  let known = []
  let timer
  let turn = 0

  const choose = (datum) => {
    for (const one of datums) one.checked = one.value === datum
  }
  const look = async () => {
    const mine = (turn += 1)
    try {
      const address = new URL('/admin/position-readings', location.href)
      address.search = new URLSearchParams({ code: form.dataset.code ?? '', text: text.value })
      const answer = await fetch(address)
      if (!answer.ok || mine !== turn) return
      const said = await answer.json()
      known = said.readings
      tell(said)
    } catch {
      // Saving reads it again, and says what it means.
    }
  }
  const tell = (said) => {
    for (const place of form.querySelectorAll('.reading')) {
      const one = said.readings.find(({ datum }) => datum === place.dataset.datum)
      const far = one?.distance ? `离现在 ${one.distance}，` : ''
      place.textContent = one ? `${far}${one.district || '不在已知区县'}` : ''
    }
    const chosen = datums.find((one) => one.checked)?.value
    const one = said.readings.find(({ datum }) => datum === chosen)
    pins?.show(chosen ? [] : said.readings)
    if (one) pins?.move(one.map)
    words.textContent = said.error || (one ? moved(one) : '')
  }
  const moved = (one) => (one.distance ? `离原来 ${one.distance}${one.district ? `，在${one.district}` : ''}` : one.district)
  const changed = () => form.dispatchEvent(new Event('change', { bubbles: true }))
  const set = (lon, lat, datum, source, precision) => {
    text.value = `${lon.toFixed(7)}, ${lat.toFixed(7)}`
    choose(datum)
    form.elements.position_source.value = source
    form.elements.position_precision_m.value = precision
    changed()
    look()
  }

  text.addEventListener('input', () => {
    choose(null)
    clearTimeout(timer)
    timer = setTimeout(look, PAUSE_MS)
  })
  for (const one of datums) {
    one.addEventListener('change', () => tell({ readings: known, error: '' }))
  }
  box.addEventListener('pin-moved', ({ detail }) =>
    set(detail.lon, detail.lat, box.dataset.datum, '地图上拖动', ''))
  const phone = document.getElementById('use-phone')
  phone.closest('[hidden]').hidden = false
  phone.addEventListener('click', () => {
    if (!navigator.geolocation) {
      words.textContent = '这个浏览器给不出位置。'
      return
    }
    words.textContent = '正在找位置…'
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => set(coords.longitude, coords.latitude, 'wgs84', '手机定位', String(Math.ceil(coords.accuracy))),
      () => { words.textContent = '拿不到手机的位置。可以拖动图上的红针，或者直接填坐标。' },
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 0 },
    )
  })
}

