/**
 * Keys of the page of reviews: `a` and `r` choose the row in which the focus is and lead to the button;
 * Enter there says it. One key alone approves nothing.
 */
for (const hint of document.querySelectorAll('.keys')) hint.hidden = false

document.addEventListener('keydown', (event) => {
  const { key, target, altKey, ctrlKey, metaKey } = event
  const form = document.getElementById('reviews')
  if (!form || altKey || ctrlKey || metaKey) return
  if (target.matches('textarea, select, input:not([type=checkbox])')) return
  const answer = { a: 'approved', r: 'rejected' }[key]
  if (!answer) return
  event.preventDefault()
  const box = target.closest('[data-row]')?.querySelector('input[type=checkbox]')
  if (box) box.checked = true
  form.querySelector(`button[value=${answer}]`)?.focus()
})
