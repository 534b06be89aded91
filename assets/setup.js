/** The link's token is in its fragment, which no server and no proxy sees: into the form with it, out of the address. */
function takeToken() {
  const token = new URLSearchParams(location.hash.slice(1)).get('t')
  if (token === null) return
  history.replaceState(null, '', location.pathname)
  const field = document.getElementById('token')
  if (!field) return
  field.value = token
  document.getElementById('token-field').hidden = true
  document.getElementById('login').focus()
}

takeToken()
// A link that is opened where the page is open already loads nothing.
addEventListener('hashchange', takeToken)
