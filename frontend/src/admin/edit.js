// The forms of one station: what was changed, drafts, the week as a table, the position.
// Without this script the same forms work by typing and saving.
import { keepDrafts } from './draft.js'
import { showChanges } from './changes.js'
import { editWeek } from './week.js'
import { editPosition } from './position.js'

document.documentElement.classList.add('js')
const form = document.getElementById('station-form')
if (form) {
  showChanges(form)
  if (form.dataset.draft) keepDrafts(form)
  const grid = document.getElementById('week-grid')
  if (grid) editWeek(form, grid)
  const map = document.getElementById('edit-map')
  if (map) editPosition(form, map)
}
