/**
 * Keys of every wide page: `/` to the filter, `j` and `k` through the rows ([data-row]), Enter opens the
 * first link of one. They are not ours while somebody types, or holds a modifier.
 */

const keys = [
  ['/', 'Go to the filter', () => document.querySelector('main input[type=search]')],
  ['j', 'Next row', () => rowBeside(1)],
  ['k', 'Previous row', () => rowBeside(-1)],
]
const others = [
  ['Enter', 'Open the row'],
  ['Esc', 'Close what is open'],
  ['?', 'Show these keys'],
]

const isTyping = ({ target }) => target.closest?.('input, textarea, select, [contenteditable]')

document.addEventListener('keydown', (event) => {
  const { key, altKey, ctrlKey, metaKey, defaultPrevented } = event
  if (altKey || ctrlKey || metaKey || defaultPrevented || isTyping(event)) return
  if (document.querySelector('dialog[open]')) return
  if (key === '?') return showKeys()
  const [, , find] = keys.find(([name]) => name === key) ?? []
  const found = find?.()
  if (!found) return
  event.preventDefault()
  found.focus()
  found.select?.()
  found.scrollIntoView({ block: 'nearest' })
})

const linkIn = (row) => (row.matches('a') ? row : row.querySelector('a[href]'))

/** The link of the row after the one in which the focus is, or before it. */
function rowBeside(step) {
  const rows = [...document.querySelectorAll('[data-row]')].filter(
    (row) => row.checkVisibility() && linkIn(row),
  )
  const at = rows.findIndex((row) => row.contains(document.activeElement))
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step
  return rows[next] && linkIn(rows[next])
}

function showKeys() {
  const dialog = document.getElementById('keys') ?? makeDialog()
  dialog.showModal()
}

function makeDialog() {
  const dialog = element('dialog', { id: 'keys', 'aria-labelledby': 'keys-title' })
  const list = element('dl')
  for (const [key, word] of [...keys, ...others]) {
    const term = element('dt')
    term.append(element('kbd', {}, key))
    list.append(term, element('dd', {}, word))
  }
  const form = element('form', { method: 'dialog', class: 'actions' })
  form.append(element('button', {}, 'Close'))
  dialog.append(element('h2', { id: 'keys-title' }, 'Keys'), list, form)
  document.body.append(dialog)
  return dialog
}

function element(name, attributes = {}, text = '') {
  const made = document.createElement(name)
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value)
  made.textContent = text
  return made
}
