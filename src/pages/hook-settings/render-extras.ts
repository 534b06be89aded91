import { html } from 'ghtml'
import { filterOf } from '../../hooks/hook-filters/model.ts'
import type { HookOptions } from '../../hooks/hook-options/model.ts'
import type { Hook } from '../../hooks/model.ts'
import { askFirst } from '../dashboard/form.ts'
import { theirs } from '../elements/code.ts'
import { ago } from '../elements/when.ts'
import { hiddenInputs } from '../web/layout.ts'

type Around = {
  readonly hook: Hook
  readonly path: string
  readonly formToken: string
  readonly now: Date
}
type WithOptions = Around & { readonly options: HookOptions }

type Extras = WithOptions & {
  readonly mayWrite: boolean
  readonly mayDelete: boolean
  /** Then there is something that can be deployed, and pushed. */
  readonly isOfRepository: boolean
}

/** What a hook may have that GitHub's hooks do not, each with a form of its own; a test; the end. */
export function renderExtras(extras: Extras): string {
  const { mayWrite, mayDelete } = extras
  return (mayWrite ? forms(extras) : '') + (mayDelete ? deletion(extras) : '')
}

function forms(extras: Extras): string {
  const all = [extras.isOfRepository ? testForm : pingForm, filterForm, secretForm, optionsForm]
  return all.map((form) => form(extras)).join('')
}

const section = (title: string, says: string, rest: string) =>
  html`<section><h2>${title}</h2><p class="muted">${says}</p>!${rest}</section>`

const open = ({ path, formToken }: Around, to: string) =>
  html`<form class="card" method="post" action="${path}/${to}">!${hiddenInputs({ form_token: formToken })}`

const openTest = ({ path, formToken }: Around) =>
  html`<form class="inline" method="post" action="${path}/tests">!${hiddenInputs({ form_token: formToken })}`

const pingForm = (extras: Around) =>
  section(
    'Send a test',
    'A ping goes to this webhook alone.',
    html`!${openTest(extras)}<button name="what" value="ping">Ping</button></form>`,
  )

const testForm = (extras: Around) =>
  section(
    'Send a test',
    'A ping goes to this webhook alone. A test deployment is a real one of the default branch, which every listener hears of: name an environment that nobody deploys to by it.',
    html`<div class="card">!${openTest(extras)}<button name="what" value="ping">Ping</button> <button name="what" value="push">Last push again</button></form>
!${openTest(extras)}<label for="test-environment">Environment</label><input id="test-environment" name="environment" value="test" maxlength="255"><button name="what" value="deployment">Test deployment</button></form></div>`,
  )

const states = [
  ...['queued', 'pending', 'waiting', 'in_progress', 'success', 'failure', 'error', 'inactive'],
]

function filterForm(extras: Around): string {
  const filter = filterOf(extras.hook)
  const patterns = (name: string, label: string, lines: readonly string[], like: string) =>
    html`<label for="${name}">${label}</label><textarea id="${name}" name="${name}" rows="2" placeholder="${like}">${lines.join('\n')}</textarea>`
  const state = (name: string) =>
    html`<label class="choice"><input type="checkbox" name="state" value="${name}"!${filter.states.some((one) => one === name) ? ' checked' : ''}> ${name.replace('_', ' ')}</label>`
  return section(
    'Filter',
    'Of all events about deployments, only these. One pattern a line; * stands for anything within a part of a name, ** across slashes. Empty is everything.',
    html`!${open(extras, 'filter')}
!${patterns('environments', 'Environments', filter.environments, 'prod*')}
!${patterns('tasks', 'Tasks', filter.tasks, 'deploy')}
<fieldset><legend>States</legend><div class="inline">!${states.map(state).join('')}</div></fieldset>
!${box('production_only', filter.production_only, 'Production environments only')}
!${box('inactive', filter.inactive, 'Tell of inactive statuses too, of which GitHub tells nobody')}
<p class="actions"><button>Save filter</button></p></form>`,
  )
}

const box = (name: string, isChecked: boolean, words: string) =>
  html`<label class="choice"><input type="checkbox" name="${name}" value="1"!${isChecked ? ' checked' : ''}> ${words}</label>`

function secretForm(extras: WithOptions): string {
  const { options, now } = extras
  const until = options.previous_secret_until
  const still =
    until && Date.parse(until) > now.getTime()
      ? html`<p class="note">The secret before signs as well, and stops !${ago(until, now)}.</p>`
      : ''
  return section(
    'Change the secret without a gap',
    'For a while requests are signed with the old secret as well, in the headers of Standard Webhooks; GitHub’s headers have room for the new one alone.',
    html`!${still}!${open(extras, 'secret')}
<label for="new-secret">New secret</label><input id="new-secret" name="secret" autocomplete="off" spellcheck="false" required maxlength="4096">
<label for="grace">The old one signs for so many hours more</label><input id="grace" name="grace_hours" type="number" min="0" max="168" value="24">
<p class="actions"><button>Change secret</button></p></form>`,
  )
}

function optionsForm(extras: WithOptions): string {
  const { options } = extras
  const hasOne = options.client_certificate !== null
  return section(
    'More options',
    'How long the receiver may take and how much it can bear; and where it asks who calls (mutual TLS), what it is shown.',
    html`!${open(extras, 'options')}
!${box('standard_webhooks', options.standard_webhooks === 1, 'Sign by Standard Webhooks as well (webhook-id, webhook-timestamp, webhook-signature)')}
!${number('timeout_seconds', 'Seconds to wait for an answer', options.timeout_seconds, { max: 30, usual: '10' })}
!${number('rate_per_second', 'Requests a second, at most', options.rate_per_second, { max: 1000, usual: 'no limit' })}
<label for="certificate">Client certificate (PEM)</label><textarea id="certificate" name="client_certificate" rows="2" spellcheck="false" placeholder="-----BEGIN CERTIFICATE-----">${options.client_certificate ?? ''}</textarea>
<label for="client-key">Its private key (PEM)</label><textarea id="client-key" name="client_key" rows="2" spellcheck="false" autocomplete="off" placeholder="${hasOne ? 'Empty keeps the one that is there' : '-----BEGIN PRIVATE KEY-----'}"></textarea>
<p class="actions"><button>Save options</button></p></form>`,
  )
}

type Bounds = { readonly max: number; readonly usual: string }

const number = (name: string, label: string, value: number | null, { max, usual }: Bounds) =>
  html`<label for="${name}">${label}</label><input id="${name}" name="${name}" type="number" min="1" max="${max}" value="${value ?? ''}" placeholder="${usual}">`

function deletion({ hook, path, formToken }: Around): string {
  return html`<section><h2>Delete</h2>!${askFirst({
    ask: 'Delete webhook',
    says: html`Nothing more is sent to !${theirs(hook.url)}, and what is still under way is given up. Its deliveries are no longer shown.`,
    confirm: 'I understand, delete this webhook',
    action: `${path}/delete`,
    fields: { form_token: formToken },
  })}</section>`
}
