// A round of verification on a phone. With signal the server's pages do it all; this keeps the
// list for where there is none, and sends later what was answered there.
import { drawList, drawStation, made } from './round/draw.js'
import { forget } from './round/forget.js'
import { fetchRound, sendAll } from './round/send.js'
import { addAnswer, answers, dropAnswer, keep, kept } from './round/store.js'

const box = document.getElementById('round')
const { base, list, worker, login } = box.dataset
const isKept = 'kept' in box.dataset
const note = document.getElementById('round-note')
let account = null

start().catch(() => tell('这个浏览器存不下名单，没有信号就用不了。'))

async function start() {
  if (isKept) await drawKept()
  document.addEventListener('submit', onSubmit)
  document.querySelector('form[action$="/logout"]')?.addEventListener('submit', onLogout)
  window.addEventListener('online', () => refresh(false))
  // Who takes the phone out again may have signal now.
  document.addEventListener('visibilitychange', () => document.hidden || refresh(true))
  await navigator.serviceWorker?.register(worker, { scope: base }).catch(() => {})
  await refresh(true)
}

// -- keeping and sending -----------------------------------------------------------------

// With signal: the list is kept anew, and what waits is sent. {next} after sending.
async function refresh(quiet) {
  const before = await kept()
  account = before?.account ?? null
  const round = await fetchRound(list)
  if (round === null) return show(await mine(), quiet ? '' : '没有信号')
  if (round === 'login') return show(await mine(), 'login')
  account = round.account
  const told = await sendAll(round, base)
  // What was sent has changed the list.
  const after = told.sent ? await fetchRound(list) : round
  if (after?.stations) await keep(after)
  await show(await mine(), told.login ? 'login' : '', told.sent)
  return told
}

const mine = async () => (await answers()).filter((one) => account === null || one.account === account)

async function show(own, state, sent = 0) {
  const waiting = own.filter(({ refused }) => !refused)
  const others = (await answers()).length - own.length
  const words = []
  if (sent) words.push(`发出了 ${sent} 条。`)
  if (waiting.length) words.push(`还有 ${waiting.length} 条没发出，存在这个手机里。`)
  if (state === 'login' && (waiting.length || isKept)) words.push('要登录才能发出。')
  if (state === '没有信号') words.push('没有信号。')
  if (others > 0) words.push(`另一个帐号有 ${others} 条没发出，要那个帐号登录才发。`)
  const parts = [words.join('')]
  if (state === 'login' && (waiting.length || isKept)) parts.push(made('a', { href: login }, '去登录'))
  for (const one of own.filter(({ refused }) => refused)) parts.push(refusal(one))
  if (words.length || parts.length > 1) tell(...parts)
  note.dataset.waiting = waiting.length
}

function refusal(one) {
  const button = made('button', { class: 'button', type: 'button' }, '知道了')
  const line = made('p', {}, `“${one.name}”没有收下（${one.refused}），请打开那个驿站重新答。`, button)
  button.addEventListener('click', async () => {
    await dropAnswer(one.id)
    line.remove()
  })
  return line
}

function tell(...words) {
  note.replaceChildren(...words)
  note.hidden = false
}

// -- answering ---------------------------------------------------------------------------

async function onSubmit(event) {
  const form = event.target
  if (!form.matches('.round-form')) return
  event.preventDefault()
  const told = new FormData(form, event.submitter)
  const round = await kept()
  if (!round && account === null) {
    HTMLFormElement.prototype.submit.call(withAnswer(form, told.get('answer')))
    return
  }
  const one = {
    id: told.get('id') || newId(),
    account: account ?? round.account,
    code: form.dataset.code,
    name: form.dataset.name,
    answer: told.get('answer'),
    note: String(told.get('note') ?? '').slice(0, 500),
    at: Date.now(),
  }
  for (const button of form.querySelectorAll('button')) button.disabled = true
  await addAnswer(one)
  const sent = await refresh(false)
  const refused = (await answers()).some(({ id, refused: code }) => id === one.id && code)
  if (refused) {
    for (const button of form.querySelectorAll('button')) button.disabled = false
    return
  }
  const next = sent?.sent ? sent.next : (await left())[0]?.code
  location.assign(next ? `${base}/${encodeURIComponent(next)}` : base)
}

// A form sent by a script does not tell which button was pressed.
function withAnswer(form, answer) {
  form.append(made('input', { type: 'hidden', name: 'answer', value: answer }))
  return form
}

// crypto.randomUUID is there on https only; a phone may come by the house's own http.
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6] & 0x0f) | 0x40
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

// Stations of the kept list that have no answer yet.
async function left() {
  const round = await kept()
  const answered = new Set((await mine()).filter(({ refused }) => !refused).map(({ code }) => code))
  return (round?.stations ?? []).filter(({ code }) => !answered.has(code))
}

// -- without signal ----------------------------------------------------------------------

async function drawKept() {
  const round = await kept()
  if (!round) {
    tell('没有信号，手机里也没有存名单。有信号时打开一次“核实驿站”，就存下来了。')
    return
  }
  account = round.account
  const waiting = await left()
  const code = decodeURIComponent(location.pathname.slice(base.length + 1))
  const station = round.stations.find((one) => one.code === code)
  box.append(...(station ? drawStation(base, round, station, waiting) : drawList(base, round, waiting)))
}

// -- signing out -------------------------------------------------------------------------

async function onLogout(event) {
  event.preventDefault()
  const form = event.target
  const count = (await answers()).filter(({ refused }) => !refused).length
  // eslint-disable-next-line no-alert
  if (count && !window.confirm(`还有 ${count} 条核实没发出，退出就没有了。还要退出吗？`)) return
  await forget(base)
  HTMLFormElement.prototype.submit.call(form)
}
