// In which order stations that are near are shown: station_map/web/pages/order.py says why.
import { tn } from '../words.js'
import { dayOf } from './wording.js'

const STALE_AFTER_DAYS = 365
const STALE_DETOUR_M = 200
export const OPEN_AT_LEAST = 3
const DAY_MS = 86_400_000

const TITLES = {
  open: (num) => tn('现在开着的 %(num)s 个', num),
  unsure: (num) => tn('开没开说不准的 %(num)s 个', num),
  shut: (num) => tn('现在没开的 %(num)s 个', num),
}

// cards: [station, metres]. opening: of a station, yes, no or unknown. minute: since 1970 UTC.
export function createOrder(opening, minute) {
  const today = dayOf(minute)

  function reach([station, away]) {
    const days = station.verifiedOn && today - Date.parse(station.verifiedOn) / DAY_MS
    return days === null || days > STALE_AFTER_DAYS ? away + STALE_DETOUR_M : away
  }

  function rank([station]) {
    const open = opening(station)
    if (open === 'no') return 'shut'
    return open === 'yes' && !station.reportedLocked ? 'open' : 'unsure'
  }

  const byReach = (cards) => [...cards].sort((one, other) =>
    one[0].reportedLocked - other[0].reportedLocked
    || reach(one) - reach(other)
    || (one[0].code < other[0].code ? -1 : 1))

  const byOpening = (cards) => Object.entries(TITLES)
    .map(([which, title]) => [title, byReach(cards.filter((card) => rank(card) === which))])
    .filter(([, found]) => found.length)
    .map(([title, found]) => ({ title: title(found.length), cards: found }))

  const openFirst = (cards) => byOpening(cards).flatMap((group) => group.cards)

  return { byReach, byOpening, openFirst, isOpen: (card) => rank(card) === 'open' }
}
