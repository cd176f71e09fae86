// The words of the page's language. Chinese stands in the scripts themselves; pages in another
// language load its table first (words/), which is made from the same catalogue as the pages.
const HAN = '\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u{20000}-\u{3ffff}'
const RUN = new RegExp(`([${HAN}](?:[^A-Za-z]*[${HAN}])?)`, 'u')

// `text` in the page's language, each %(name)s filled in.
export const t = (text, values) => filled(one(text)?.[0] ?? text, values)

// As `t`, for words that depend on how many: %(num)s.
export function tn(text, num, values) {
  const forms = one(text) ?? [text]
  return filled(num === 1 ? forms[0] : forms[forms.length - 1], { num, ...values })
}

const one = (text) => {
  const said = window.stationMapWords?.[text]
  return said === undefined ? said : [].concat(said)
}

const filled = (text, values) =>
  (values ? text.replace(/%\((\w+)\)s/g, (all, name) => values[name] ?? '') : text)

// A text that another script asks `t` for.
export const mark = (text) => text

export const isChinese = () => !window.stationMapWords

// What addresses say of the language, so that a shared one shares the view; often nothing.
export const keptLanguage = (params) =>
  (isChinese() ? (params.get('lang') === 'zh' ? 'zh' : '') : document.documentElement.lang)

// The label of something of the vocabularies, as it stands alone.
export const label = ({ zh, en }) => (isChinese() ? zh : en[0].toUpperCase() + en.slice(1))

// The sentences that are not Chinese, of an error that says itself in both languages.
export function withoutChinese(text) {
  const sentences = text.replace(/([.。]) /g, '$1\n').split('\n')
  return sentences.filter((one) => !RUN.test(one)).join(' ') || text
}

// Text that holds what a union wrote, as parts for append(): on other pages than Chinese ones,
// that is marked as Chinese.
export function theirs(text) {
  if (isChinese()) return [text]
  return `${text}`.split(RUN).map((piece, place) => {
    if (place % 2 === 0) return piece
    const marked = document.createElement('span')
    marked.lang = 'zh'
    marked.textContent = piece
    return marked
  })
}
