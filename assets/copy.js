/**
 * A button with `data-copies` copies the text of the element that it names; a link with
 * `data-copies-from` the one on the page that it leads to, which it would show without a script.
 */

const thanksMs = 2000

document.addEventListener('click', async (event) => {
  const { target } = event
  const link = target.closest?.('a[data-copies-from]')
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) return copyFrom(link, event)
  const button = target.closest?.('[data-copies]')
  const source = button && document.getElementById(button.dataset.copies)
  if (!source) return
  await copy(source)
  button.textContent = 'Copied'
  setTimeout(() => {
    button.textContent = 'Copy'
  }, thanksMs)
})

async function copyFrom(link, event) {
  event.preventDefault()
  try {
    const answer = await fetch(link.href)
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    await navigator.clipboard.writeText(page.getElementById(link.dataset.copiesFrom).textContent)
    const word = link.textContent
    link.textContent = 'Copied'
    setTimeout(() => {
      link.textContent = word
    }, thanksMs)
  } catch {
    location.assign(link.href)
  }
}

/** Browsers give pages the clipboard over TLS and on this machine alone; elsewhere, what is marked is copied. */
async function copy(source) {
  try {
    await navigator.clipboard.writeText(source.textContent)
  } catch {
    getSelection().selectAllChildren(source)
    document.execCommand('copy')
  }
}
