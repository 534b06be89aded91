/**
 * Keeps a page right while it is open; docs/dashboard.md tells what elements ask for by `data-live…`. Of all tabs of
 * a browser one listens to the server and tells the others: a browser has six connections to a server and no more.
 */

/** Server and tabs tell of nothing older than this. */
let heard = numberIn(document.body.dataset.heard)
const tab = String(performance.timeOrigin + Math.random())
const tabs = new BroadcastChannel('slipway-live')

function numberIn(cursor = '') {
  return Number(cursor.split('_')[1] ?? 0)
}

/* What is told, by the server to the listening tab, and by that one to all. */

const listeners = {
  happened: ({ id, repositoryId }) => {
    if (id <= heard) return
    heard = id
    bringUpToDate(concernedBy(repositoryId))
  },
  /** Something may have been missed. */
  gap: ({ to }) => {
    if (to !== undefined && to !== tab) return
    setTimeout(() => bringUpToDate(), Math.random() * gapSpreadMs)
  },
  away: () => live().length > 0 && say('Reconnecting…'),
  back: () => say(''),
  /** Another tab has been opened: the one that listens answers. */
  hello: () => undefined,
}
/** Not every browser asks at once when a server is back. */
const gapSpreadMs = 500

function tellAll(told) {
  tabs.postMessage(told)
  listeners[told.kind](told)
}
tabs.onmessage = ({ data }) => listeners[data.kind]?.(data)

const live = () => [...document.querySelectorAll('[data-live], [data-live-list]')]

function concernedBy(repositoryId) {
  return live().filter(({ dataset: { live = '', liveList = live } }) =>
    [live, liveList].some((what) => what === 'any' || what === `repository:${repositoryId}`),
  )
}

/* The tab that listens. */

const awayAfterMs = 4000
const retryMs = { first: 2000, most: 60_000 }
const toldMax = 500

function listen() {
  const told = []
  /** What is kept of what was told is whole from here on. */
  let since = heard
  let source
  let isAway = false
  let waitMs = retryMs.first
  let away

  listeners.hello = ({ from, heard: known }) => {
    if (known < since) return tellAll({ kind: 'gap', to: from })
    for (const event of told) if (event.id > known) tabs.postMessage(event)
    if (isAway) tabs.postMessage({ kind: 'away' })
  }

  function connect() {
    source = new EventSource(`/live?after=v1_${heard}`)
    source.onopen = () => {
      clearTimeout(away)
      if (away !== undefined) tellAll({ kind: 'gap' })
      if (isAway) tellAll({ kind: 'back' })
      ;[away, isAway, waitMs] = [undefined, false, retryMs.first]
    }
    source.onmessage = ({ lastEventId, data }) => {
      const event = {
        kind: 'happened',
        id: numberIn(lastEventId),
        repositoryId: JSON.parse(data).repository_id,
      }
      told.push(event)
      if (told.length > toldMax) since = told.shift().id
      tellAll(event)
    }
    source.onerror = () => {
      away ??= setTimeout(() => {
        isAway = true
        tellAll({ kind: 'away' })
      }, awayAfterMs)
      // Otherwise the browser comes back by itself.
      if (source?.readyState !== EventSource.CLOSED) return
      // The server answers, but not with the stream: the page finds out whether the session is over.
      tellAll({ kind: 'gap' })
      retry()
    }
  }

  function retry() {
    setTimeout(() => source && connect(), waitMs * (0.5 + Math.random()))
    waitMs = Math.min(2 * waitMs, retryMs.most)
  }

  function stop() {
    source?.close()
    source = undefined
  }

  connect()
  return stop
}

if (navigator.locks) {
  // Held for as long as the tab is there; then another has its turn.
  navigator.locks.request('slipway-live', () => new Promise(() => listen()))
  tabs.postMessage({ kind: 'hello', from: tab, heard })
} else {
  listenWhileSeen()
}

/** Browsers have locks over TLS alone: without, each tab listens for itself, while somebody looks at it. */
function listenWhileSeen() {
  tabs.close()
  let stop = document.hidden ? undefined : listen()
  document.addEventListener('visibilitychange', () => {
    stop?.()
    stop = document.hidden ? undefined : listen()
  })
}

/* The page, brought up to date. */

const everyMs = 1000
/** Addresses that say something new. */
const due = new Set()
let isBusy = false

async function bringUpToDate(elements = live()) {
  for (const { dataset } of elements) due.add(dataset.liveFrom ?? location.href)
  if (isBusy) return
  isBusy = true
  while (due.size > 0 && !document.hidden) {
    // The page has in it whatever else is due.
    const next = due.has(location.href) ? location.href : [...due][0]
    if (next === location.href) due.clear()
    due.delete(next)
    await takeOver(next).catch(() => undefined)
    await new Promise((done) => setTimeout(done, everyMs))
  }
  isBusy = false
}

async function takeOver(address) {
  const named = live()
  if (named.length === 0) return
  const answer = await fetch(address, { headers: { accept: 'text/html' } })
  const end = new URL(answer.url)
  if (answer.redirected && end.pathname === '/login') return saySignedOut()
  if (!answer.ok) return
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
  const focused = document.activeElement
  for (const old of named) {
    const now = old.id && fresh.getElementById(old.id)
    if (!now || !old.isConnected) continue
    if (old.dataset.liveList === undefined) follow(old, now)
    else followList(old, now)
  }
  keepTime()
  if (focused?.isConnected && focused !== document.activeElement) focused.focus({ preventScroll: true })
}

/** Makes one element like another and keeps what did not change: focus, what was opened, what was typed. */
function follow(old, now) {
  if (old.isEqualNode(now) || old.dataset?.liveKeep !== undefined) return
  if (old.nodeName !== now.nodeName || old.id !== now.id) return old.replaceWith(copyOf(now))
  if (old.nodeType !== Node.ELEMENT_NODE) {
    old.nodeValue = now.nodeValue
    return
  }
  const isOurs = ({ name }) => name !== 'open' || !/^(DETAILS|DIALOG)$/.test(old.nodeName)
  for (const { name, value } of [...now.attributes].filter(isOurs)) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value)
  }
  for (const { name } of [...old.attributes].filter(isOurs)) {
    if (!now.hasAttribute(name)) old.removeAttribute(name)
  }
  followInside(old, now)
}

const copyOf = (node) => document.importNode(node, true)

function followInside(old, now) {
  const wanted = new Set([...now.children].map(({ id }) => id))
  for (const child of [...old.children]) if (child.id && !wanted.has(child.id)) child.remove()
  const named = new Map([...old.children].map((child) => [child.id, child]))
  let at = old.firstChild
  for (const child of [...now.childNodes]) {
    const same = child.id ? named.get(child.id) : at
    if (same === at && at && at.nodeName === child.nodeName && !at.id === !child.id) {
      at = at.nextSibling
      follow(same, child)
    } else if (child.id && same) {
      if (same === at) at = at.nextSibling
      else old.insertBefore(same, at)
      follow(same, child)
    } else old.insertBefore(copyOf(child), at)
  }
  while (at) {
    const next = at.nextSibling
    at.remove()
    at = next
  }
}

/* Lists that must not jump. */

const buttons = new WeakMap()

function followList(list, now) {
  const known = new Map([...list.children].map((child) => [child.id, child]))
  const items = [...now.children]
  for (const item of items) {
    const old = item.id && known.get(item.id)
    if (old) follow(old, item)
  }
  const fresh = items.filter(({ id }) => id && !known.has(id))
  const button = buttonAbove(list)
  button.hidden = fresh.length === 0
  button.textContent = `${fresh.length} new`
  button.onclick = () => {
    button.hidden = true
    followInside(list, now)
    keepTime()
    document.getElementById(fresh[0].id)?.querySelector('a, button, summary')?.focus()
  }
}

function buttonAbove(list) {
  const known = buttons.get(list)
  if (known) return known
  const button = document.createElement('button')
  button.type = 'button'
  const place = document.createElement('p')
  place.className = 'live-new'
  place.setAttribute('aria-live', 'polite')
  place.append(button)
  ;(list.closest('.scroll') ?? list.closest('table') ?? list).before(place)
  buttons.set(list, button)
  return button
}

/* What the reader is told of it. */

const note = document.createElement('p')
note.className = 'note live-note'
note.setAttribute('role', 'status')
document.body.append(note)

let isSignedOut = false

function say(text) {
  if (!isSignedOut) note.textContent = text
}

/** Nothing more will come: it stays until the page is loaded anew. */
function saySignedOut() {
  say('You are signed out. Reload the page to sign in again.')
  isSignedOut = true
}

/* Times. */

const minuteMs = 60_000
const pollMs = 1000
const steps = [
  [31_536_000, 'year'],
  [2_592_000, 'month'],
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
]
const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

function wordsOf(iso) {
  const seconds = Math.round((Date.parse(iso) - Date.now()) / 1000)
  const [size, unit] = steps.find(([length]) => Math.abs(seconds) >= length) ?? [1, 'second']
  if (size === 1 && Math.abs(seconds) < 10) return 'just now'
  return words.format(Math.round(seconds / size), unit)
}

function keepTime() {
  for (const time of document.querySelectorAll('time[data-ago]')) {
    const text = wordsOf(time.dateTime)
    if (time.textContent !== text) time.textContent = text
  }
}
setInterval(() => document.hidden || keepTime(), minuteMs)
setInterval(() => document.querySelector('[data-live-poll]') && bringUpToDate(), pollMs)

document.addEventListener('visibilitychange', () => {
  if (document.hidden) return
  keepTime()
  if (due.size > 0) bringUpToDate([])
})
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) bringUpToDate()
})
