// Names that the service worker and the pages share.
export const CITY_CACHE = 'station-map-city'
// Header of what is kept: when it was fetched, in milliseconds since 1970.
export const KEPT_AT = 'X-Kept-At'
// Header of the kept table: the box of degrees that it tells of, where it is not all.
export const BOX = 'X-Kept-Box'
// No address that the server answers: that all stations are too many for one answer.
export const PARTLY = '/kept-partly'
// Not an address that the server answers: the language of the last page, for the worker.
export const LANGUAGE = '/kept-language'
export const TABLE = '/api/v1/stations/slim?crs=wgs84'
export const AREAS = '/api/v1/areas?crs=wgs84'
export const WORDS = '/api/v1/amenities'
