// Where the rider is: a dot, and a circle as wide as the phone is unsure.
const L = window.L

export function createPosition(map) {
  const group = L.layerGroup().addTo(map)
  let place = null

  function show(next, accuracy) {
    place = next
    group.clearLayers()
    if (!place) return
    if (accuracy > 20) {
      L.circle(place, { radius: accuracy, className: 'accuracy', interactive: false, weight: 1 }).addTo(group)
    }
    const dot = L.divIcon({ className: 'me', iconSize: [22, 22] })
    L.marker(place, { icon: dot, interactive: false, keyboard: false, zIndexOffset: 500 }).addTo(group)
  }

  return { show, place: () => place }
}
