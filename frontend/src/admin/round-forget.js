// On the page after signing out: nothing of a round stays on the phone.
import { forget } from './round/forget.js'

forget(document.currentScript.dataset.scope).then(() => document.documentElement.classList.add('is-forgotten'))
