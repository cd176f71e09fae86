// Filters beside the presets: their part of the address and of the form, and what meets them.
import { tn } from './words.js'

// In the order in which the server writes them.
export const PICKS = ['access_method', 'kind', 'service_level', 'audience', 'honour', 'service', 'amenity', 'seats']

// {name: [codes]}; names without a code are not in it.
export function readPicks(params) {
  const found = PICKS.map((name) => [name, params.getAll(name).flatMap((part) => part.split(',')).filter(Boolean)])
  return Object.fromEntries(found.filter(([, codes]) => codes.length))
}

export const tallyOf = (picks) => Object.values(picks).reduce((sum, codes) => sum + codes.length, 0)

// onChange: called with the picks whenever one is ticked.
export function pickFields(form, onChange) {
  const further = form.querySelector('#further')
  const tally = form.querySelector('#tally')
  const seats = form.querySelector('#seats')
  const boxes = [...further.querySelectorAll('input[type=checkbox]')]

  function read() {
    const params = new URLSearchParams()
    for (const box of boxes) if (box.checked) params.append(box.name, box.value)
    if (seats.value) params.set('seats', seats.value)
    return readPicks(params)
  }

  further.addEventListener('change', () => onChange(read()))
  // A panel over the list goes away as people expect of one.
  further.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !further.open) return
    event.stopPropagation()
    further.open = false
    further.querySelector('summary').focus()
  })
  document.addEventListener('pointerdown', (event) => {
    if (further.open && !further.contains(event.target)) further.open = false
  })

  return {
    close: () => { further.open = false },
    show(picks) {
      for (const box of boxes) box.checked = Boolean(picks[box.name]?.includes(box.value))
      showSeats(picks.seats?.[0] ?? '')
      const count = tallyOf(picks)
      tally.hidden = !count
      tally.querySelector('b').textContent = count
    },
  }

  // An address may ask for a number that is not offered.
  function showSeats(value) {
    seats.value = value
    if (seats.value === value || !/^[1-9][0-9]*$/.test(value)) return
    seats.add(new Option(tn('%(num)s 座以上', Number(value)), value))
    seats.value = value
  }
}

// The presets that are chosen, and each amenity that was picked as one more.
export function chosenRules({ presets, picks }, rules) {
  const ids = (picks.amenity ?? []).map((code) =>
    Number(document.querySelector(`#further input[name=amenity][value="${CSS.escape(code)}"]`)?.dataset.id))
  return [
    ...rules.filter((rule) => presets.includes(rule.code)),
    ...ids.filter(Boolean).map((id) => ({ all: [id], any: [], always_open: false, registration_required: null })),
  ]
}

const COLUMNS = { kind: 'kind', service_level: 'level', access_method: 'access', audience: 'audience' }

// Whether a station is known to be what was picked, but for amenities; unknown is not.
export function meets(station, picks) {
  return Object.entries(COLUMNS).every(([name, key]) => !picks[name] || picks[name].includes(station[key]))
    && (!picks.honour || picks.honour.some((one) => station.honours.includes(one)))
    && (!picks.service || picks.service.some((one) => station.services.includes(one) || (one === 'today' && station.services.length)))
    && (!picks.seats || (station.seats !== null && station.seats >= Number(picks.seats[0])))
}

// What `meets` looks at, from a row of the slim table. word, value: of its columns.
export const pickable = (value, vocabulary) => ({
  kind: vocabulary.kind[value('kind')],
  level: vocabulary.service_level[value('service_level')],
  access: vocabulary.access_method[value('access_method')],
  audience: vocabulary.audience?.[value('audience')],
  honours: (value('honours') ?? []).map((place) => vocabulary.honour[place]),
  // Held on the day of which the table is.
  services: (value('services') ?? []).map((place) => vocabulary.service[place]),
  seats: value('seats') ?? null,
})
