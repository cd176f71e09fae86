// The rider's page. Without this file it is a form and a list; with it, the list follows the
// form at once, and the map and the list show the same stations and one selection.
import { keepLiveAges } from './live.js'
import { locateButton } from './locate.js'
import { createList } from './list.js'
import { lastQuestion, remember, standsFor } from './offline/last.js'
import { createMap } from './map/index.js'
import { createSheet } from './sheet.js'
import { createQuestion, searchOf } from './question.js'
import { createViews } from './views.js'

document.documentElement.classList.add('js')

// More names than these cover each other on a phone.
const NAMED = 5

let mapParts = null

// Called by the frame's own script, once Leaflet has made the map.
window.stationMap = {
  mount(map, options) {
    mapParts = { map, options }
    start()
  },
}

function start() {
  const question = createQuestion(document.getElementById('ask'))
  const list = createList(question)
  const sheet = createSheet()
  const stations = createMap(mapParts.map, mapParts.options, question.rules, sheet.covers)
  const views = createViews(stations, sheet)

  question.onChange(async (state, { fit = true } = {}) => {
    stations.filter(state)
    stations.position(state.position, state.accuracy)
    const shown = await list.load(state)
    if (!shown) return
    remember(searchOf(state))
    stations.name(list.codes().slice(0, NAMED))
    if (fit) stations.fit(state, list.places())
  })

  list.onSelect((code, place) => {
    stations.select(code)
    if (views.mapShown()) stations.goTo(place)
  })
  list.onHover((code) => stations.light(code))

  stations.onHover((code) => list.light(code))
  stations.onSelect(async (code) => {
    sheet.atLeast('half')
    await list.select(code, question.state)
  })
  stations.onAsk((position) => question.moveTo(position))

  const locate = locateButton(document.getElementById('locate'), question, list)
  stations.onLocate(locate)

  stations.filter(question.state)
  stations.name(list.codes().slice(0, NAMED))
  stations.position(question.state.position)
  keepLiveAges()
  stations.whenReady(() => stations.fit(question.state, list.places()))
  if (standsFor() === null) remember(searchOf(question.state))
  else standIn(question, list)
}

// Without signal this page comes from the phone, with no list in it yet.
function standIn(question, list) {
  if (standsFor()) return list.load(question.state)
  // By the question's own way, so that the form shows what was asked.
  return question.follow(`/${location.search || lastQuestion()}`)
}
