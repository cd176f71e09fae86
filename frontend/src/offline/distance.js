// Distance on the WGS-84 spheroid: the sphere's arc between reduced latitudes, corrected for
// the flattening (W. D. Lambert 1942, first order). Within a metre over a city's width.
const A = 6_378_137
const F = 1 / 298.257223563
const { asin, atan, cos, min, sin, sqrt, tan } = Math
const radians = (degrees) => degrees * Math.PI / 180

// from, to: [longitude, latitude] in degrees, WGS-84. In metres.
export function distance(from, to) {
  const one = atan((1 - F) * tan(radians(from[1])))
  const other = atan((1 - F) * tan(radians(to[1])))
  const half = sin((other - one) / 2) ** 2
    + cos(one) * cos(other) * sin(radians(to[0] - from[0]) / 2) ** 2
  const arc = 2 * asin(min(1, sqrt(half)))
  if (arc === 0) return 0
  const p = (one + other) / 2
  const q = (other - one) / 2
  const x = (arc - sin(arc)) * (sin(p) * cos(q)) ** 2 / cos(arc / 2) ** 2
  const y = (arc + sin(arc)) * (cos(p) * sin(q)) ** 2 / sin(arc / 2) ** 2
  return A * (arc - F / 2 * (x + y))
}
