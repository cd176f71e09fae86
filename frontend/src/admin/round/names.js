// What a phone keeps of rounds goes by these names; signing out deletes all of it.
export const BASE = 'station-map-round'
export const CACHES = 'station-map-round-'
