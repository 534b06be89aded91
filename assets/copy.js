/** A button with `data-copies` copies the text of the element that it names. */

const thanksMs = 2000

document.addEventListener('click', async ({ target }) => {
  const button = target.closest?.('[data-copies]')
  const source = button && document.getElementById(button.dataset.copies)
  if (!source) return
  await copy(source)
  button.textContent = 'Copied'
  setTimeout(() => {
    button.textContent = 'Copy'
  }, thanksMs)
})

/** Browsers give pages the clipboard over TLS and on this machine alone; elsewhere, what is marked is copied. */
async function copy(source) {
  try {
    await navigator.clipboard.writeText(source.textContent)
  } catch {
    getSelection().selectAllChildren(source)
    document.execCommand('copy')
  }
}
