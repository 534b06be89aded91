import { html } from 'ghtml'
import { permissionList } from '../../pages/consent/consent.ts'
import { alert, hiddenInputs } from '../../pages/web/layout.ts'
import type { Page, UserVisit, WebAnswer, WebRoute } from '../../pages/web/route.ts'
import { countTry } from '../../tries/tries.ts'
import { answerRequest, findRequest, type Request } from './device-flow.ts'

export const devicePages: readonly WebRoute[] = [
  { method: 'GET', path: '/login/device', for: 'user', handler: askForCode },
  { method: 'POST', path: '/login/device', for: 'user', handler: showRequest },
  { method: 'POST', path: '/login/device/answer', for: 'user', handler: answer },
]

/** A code is submitted twice, to be shown and to be answered: fifty of them in an hour (contract 7.7). */
const submissionsMax = 100
const windowMs = 60 * 60 * 1000

async function askForCode(visit: UserVisit): Promise<WebAnswer> {
  return codePage(visit)
}

async function showRequest(visit: UserVisit): Promise<WebAnswer> {
  const found = await submittedRequest(visit)
  return 'kind' in found ? found : requestPage(visit, found)
}

async function answer(visit: UserVisit): Promise<WebAnswer> {
  const { app, form, session } = visit
  const found = await submittedRequest(visit)
  if ('kind' in found) return found
  const state = form['answer'] === 'authorize' ? 'authorized' : 'denied'
  const answered = { request: found, account_id: session.account_id, state } as const
  if (!(await answerRequest(app, answered))) return refusedPage(visit)
  return state === 'authorized'
    ? donePage('Your device is connected', `${found.client.name} goes on by itself.`)
    : donePage('Nothing was authorized', `${found.client.name} was told that you declined.`)
}

/** The request that the typed code is of, or the page that asks for the code again. */
async function submittedRequest(visit: UserVisit): Promise<Request | Page> {
  const { app, form, session } = visit
  const subject = `device code ${session.account_id}`
  if (!(await countTry(app, [{ subject, max: submissionsMax, windowMs }]))) {
    return { ...codePage(visit, 'Too many codes in the last hour. Try again later.'), status: 429 }
  }
  return (await findRequest(app, form['user_code'] ?? '')) ?? refusedPage(visit)
}

const refusedPage = (visit: UserVisit): Page => ({
  ...codePage(visit, 'No device waits with this code. It may be mistyped, or too old.'),
  status: 422,
})

const donePage = (title: string, message: string): Page => ({
  kind: 'page',
  title,
  main: html`<p class="card" role="status">${message} You may close this page.</p>`,
})

const codePage = ({ formToken }: UserVisit, message?: string): Page => ({
  kind: 'page',
  title: 'Connect a device',
  main: html`!${alert(message)}
<form class="card" method="post" action="/login/device">
!${hiddenInputs({ form_token: formToken })}
<label for="user_code">The code that your device shows</label>
<input class="code" id="user_code" name="user_code" required maxlength="20" placeholder="XXXX-XXXX" autocomplete="off" autocapitalize="characters" spellcheck="false">
<p class="muted">Type only a code that you asked for yourself, on a device of your own.</p>
<p class="actions"><button class="go">Continue</button></p>
</form>`,
})

function requestPage({ formToken, session }: UserVisit, request: Request): Page {
  const { client, scopes, user_code } = request
  return {
    kind: 'page',
    title: `Authorize ${client.name}?`,
    main: html`<form class="card" method="post" action="/login/device/answer">
!${hiddenInputs({ form_token: formToken, user_code })}
<p><strong>${client.name}</strong>, on the device that shows <strong>${user_code}</strong>, asks to act as <strong>${session.account.login}</strong>. It would be able to:</p>
!${permissionList(client, scopes)}
<p class="actions"><button name="answer" value="cancel">Cancel</button><button class="go" name="answer" value="authorize">Authorize ${client.name}</button></p>
</form>`,
  }
}
