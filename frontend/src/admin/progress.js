// How far some work is, asked every second; the page is loaded anew when it has ended.
const EVERY_MS = 1000

// box: with the address in data-progress. ended: of an answer. show: draws one.
export function follow(box, ended, show) {
  if (!box) return
  const ask = async () => {
    try {
      const answer = await fetch(box.dataset.progress, { headers: { Accept: 'application/json' } })
      if (!answer.ok || answer.redirected) return location.reload()
      const told = await answer.json()
      if (ended(told)) return location.reload()
      show(told)
    } catch {
      // No network just now: the work goes on without us.
    }
    setTimeout(ask, EVERY_MS)
  }
  ask()
}
