// WGS-84 to GCJ-02 and back, for the few points that the browser itself knows: the rider's
// position and a place tapped on a GCJ-02 map. The server converts everything else
// (station_map/geo/datum.py holds the formula's source). Positions outside mainland China are
// told apart there by its outline; here by the rectangle, which is enough for a map of stations.
const A = 6378245.0
const E2 = 0.00669342162296594323
const { PI, abs, cos, sin, sqrt } = Math

const inChina = (lon, lat) => lon >= 72.004 && lon <= 137.8347 && lat >= 0.8293 && lat <= 55.8271

function waves(x, y) {
  const common = (20 * sin(6 * x * PI) + 20 * sin(2 * x * PI)) * 2 / 3
  const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + common
    + (20 * sin(y * PI) + 40 * sin(y / 3 * PI)) * 2 / 3
    + (160 * sin(y / 12 * PI) + 320 * sin(y * PI / 30)) * 2 / 3
  const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + common
    + (20 * sin(x * PI) + 40 * sin(x / 3 * PI)) * 2 / 3
    + (150 * sin(x / 12 * PI) + 300 * sin(x / 30 * PI)) * 2 / 3
  return [east, north]
}

export function toGcj02([lon, lat]) {
  if (!inChina(lon, lat)) return [lon, lat]
  const [east, north] = waves(lon - 105, lat - 35)
  const radians = lat / 180 * PI
  const w = 1 - E2 * sin(radians) ** 2
  return [
    lon + east * 180 / (A / sqrt(w) * cos(radians) * PI),
    lat + north * 180 / (A * (1 - E2) / (w * sqrt(w)) * PI),
  ]
}

export function fromGcj02(point) {
  let [lon, lat] = point
  for (let turn = 0; turn < 4; turn += 1) {
    const [x, y] = toGcj02([lon, lat])
    lon += point[0] - x
    lat += point[1] - y
  }
  return [lon, lat]
}
