import { html } from 'ghtml'
import type { Account } from '../../accounts/model.ts'
import { Secret } from '../../lib/secret.ts'
import { createApp, parseManifest } from '../../manifests/manifests.ts'
import { chosenPermissions, permissionMatrix } from '../access-forms/access-forms.ts'
import { answerForm } from '../dashboard/form.ts'
import { appsFrame, findOwner, settingsPathOf } from '../dashboard/owner.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { Page, UserVisit, WebAnswer } from '../web/route.ts'
import { registeredPage } from './shown-once.ts'

/** What an App of deployments hears of; others come by a manifest. */
const events = [
  'deployment',
  'deployment_status',
  'deployment_review',
  'deployment_protection_rule',
  'push',
  'create',
  'delete',
  'status',
  'check_run',
  'check_suite',
  'repository',
  'repository_dispatch',
]

export const showRegister = async (visit: UserVisit): Promise<WebAnswer> =>
  registerForm(visit, await findOwner(visit))

export async function register(visit: UserVisit): Promise<WebAnswer> {
  const { app, form } = visit
  const owner = await findOwner(visit)
  const act = async () => {
    const secret = form['webhook_secret'] ?? ''
    const webhookSecret = secret === '' ? undefined : new Secret(secret)
    const made = await createApp(app, {
      owner,
      manifest: parseManifest(typed(visit)),
      webhookSecret,
    })
    return registeredPage(visit, owner, made)
  }
  return await answerForm(act, async (refusal) => registerForm(visit, owner, refusal))
}

/** The form as the manifest that a program would have brought. */
function typed(visit: UserVisit) {
  const hookUrl = visit.form['hook_url'] ?? ''
  return {
    ...typedRegistration(visit),
    ...(hookUrl === '' ? {} : { hook_attributes: { url: hookUrl } }),
  }
}

/** All but the hook, as it was typed. */
export function typedRegistration({ form, formLists }: UserVisit) {
  return {
    name: form['name']?.trim(),
    url: form['url'] ?? '',
    description: form['description'],
    callback_urls: (form['callback_urls'] ?? '').split(/\s+/).filter((url) => url !== ''),
    public: form['public'] !== undefined,
    device_flow: form['device_flow'] !== undefined,
    default_permissions: chosenPermissions(form),
    default_events: formLists['event'] ?? [],
  }
}

function registerForm(visit: UserVisit, owner: Account, refusal?: string): Page {
  const { form, formLists, params, formToken } = visit
  const base = `${settingsPathOf(params)}/apps`
  return appsFrame(visit, owner, {
    title: 'Register a GitHub App',
    main: html`<h1>Register a GitHub App</h1>
<p>It will belong to <strong>${owner.login}</strong>. A program that brings a <a href="${base}/new">manifest</a> needs no form.</p>
!${alert(refusal)}
<form method="post" action="${base}/register">
!${hiddenInputs({ form_token: formToken })}
!${nameInputs(form)}
!${hookInputs(form)}
!${reachInputs(form, formLists['event'] ?? [])}
<p class="actions"><a class="button" href="${base}">Cancel</a><button class="go">Register</button></p>
</form>`,
  })
}

/** What it may do, what it hears of, and where it may be. */
export function reachInputs(form: UserVisit['form'], chosen: readonly string[]): string {
  const permissions = chosenPermissions(form)
  const heard = new Set(chosen)
  const all = new Set([...events, ...chosen])
  return html`!${permissionMatrix(permissions, 'repositories')}
!${permissionMatrix(permissions, 'organizations')}
<fieldset><legend>Events that its hook hears of</legend><div class="choices">!${[...all].map((event) => eventChoice(event, heard)).join('')}</div></fieldset>
<fieldset><legend>Where it may be installed</legend>
!${checkbox('public', 'By anybody', 'otherwise only by its owner', form)}
</fieldset>`
}

export const nameInputs = (form: UserVisit['form']) =>
  html`<label for="name">Name</label>
<input id="name" name="name" required maxlength="34" value="${form['name'] ?? ''}">
<label for="description">Description <span class="muted">optional</span></label>
<input id="description" name="description" value="${form['description'] ?? ''}">
<label for="url">Homepage URL <span class="muted">optional</span></label>
<input id="url" name="url" type="url" value="${form['url'] ?? ''}">
<label for="callback_urls">Callback URLs <span class="muted">one a line, for Apps that people sign in to</span></label>
<textarea id="callback_urls" name="callback_urls" rows="2">${form['callback_urls'] ?? ''}</textarea>
!${checkbox('device_flow', 'Device flow', 'for programs that have no browser of their own', form)}`

const hookInputs = (form: UserVisit['form']) =>
  html`<label for="hook_url">Webhook URL <span class="muted">empty for no hook</span></label>
<input id="hook_url" name="hook_url" type="url" value="${form['hook_url'] ?? ''}">
<label for="webhook_secret">Webhook secret <span class="muted">made up where it is empty, and shown once</span></label>
<input id="webhook_secret" name="webhook_secret" type="password" autocomplete="off">`

const eventChoice = (event: string, heard: ReadonlySet<string>) =>
  html`<label class="choice"><input type="checkbox" name="event" value="${event}"!${heard.has(event) ? ' checked' : ''}>${event}</label>`

const checkbox = (name: string, word: string, more: string, form: UserVisit['form']) =>
  html`<label class="choice"><input type="checkbox" name="${name}" value="1"!${form[name] === undefined ? '' : ' checked'}><span>${word} <span class="muted">${more}</span></span></label>`
