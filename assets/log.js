/**
 * Follows the log of a deployment while its page is open, and searches it. Whatever is printed comes as
 * text with names of classes, and never becomes markup.
 */
const everyMs = 1000
const logNow = () => document.querySelector('.log')
const toolsNow = () => document.querySelector('.log-tools')

function lineOf(parts) {
  const line = document.createElement('div')
  for (const { text, look } of parts) {
    const span = document.createElement('span')
    span.className = look
    span.textContent = text
    line.append(span)
  }
  return line
}

async function follow() {
  const log = logNow()
  if (!log?.dataset.offset || document.hidden) return
  const { more, offset } = log.dataset
  const answer = await fetch(`${more}?offset=${offset}`)
  if (!answer.ok) return
  const told = await answer.json()
  log.append(...told.lines.map(lineOf))
  if (told.isEnded) delete log.dataset.offset
  else log.dataset.offset = told.offset
  if (told.lines.length === 0) return
  if (toolsNow()?.querySelector('[type=checkbox]').checked) log.scrollTop = log.scrollHeight
  mark()
}

/* Searching. */

let at = -1

function mark() {
  const [log, field] = [logNow(), toolsNow()?.querySelector('[type=search]')]
  if (!log || !field) return []
  const wanted = field.value.toLowerCase()
  const lines = [...log.children]
  for (const line of lines) {
    line.classList.toggle('hit', wanted !== '' && line.textContent.toLowerCase().includes(wanted))
  }
  const hits = lines.filter((line) => line.classList.contains('hit'))
  toolsNow().querySelector('[role=status]').textContent =
    wanted === '' ? '' : `${hits.length} ${hits.length === 1 ? 'line' : 'lines'}`
  return hits
}

document.addEventListener('input', ({ target }) => {
  if (!target.matches('.log-tools [type=search]')) return
  at = -1
  mark()
})

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !event.target.matches('.log-tools [type=search]')) return
  event.preventDefault()
  const hits = mark()
  if (hits.length === 0) return
  at = (at + (event.shiftKey ? hits.length - 1 : 1)) % hits.length
  hits[at].scrollIntoView({ block: 'nearest' })
  toolsNow().querySelector('[type=checkbox]').checked = false
})

/** Also for a log that came while the page was open. */
function begin() {
  for (const tool of toolsNow()?.querySelectorAll('[hidden]') ?? []) tool.hidden = false
  follow().catch(() => undefined)
}

begin()
setInterval(begin, everyMs)
