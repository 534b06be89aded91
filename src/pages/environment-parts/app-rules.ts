import { html } from 'ghtml'
import type { Environment } from '../../environments/model.ts'
import type { Installed, ProtectionRule } from '../../protection-rules/model.ts'
import { findInstalled, findRules, requestEvent } from '../../protection-rules/protection-rules.ts'
import type { Repository } from '../../repositories/model.ts'
import type { Db } from '../../store/engine.ts'
import { askFirst } from '../dashboard/form.ts'
import { theirs } from '../elements/code.ts'
import { icon } from '../elements/icon.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { About } from './section.ts'

type AppRules = {
  readonly rules: readonly ProtectionRule[]
  /** Apps that could decide here and do not yet. */
  readonly offered: readonly Installed[]
}

export async function findAppRules(
  db: Db,
  repository: Repository,
  { id }: Environment,
): Promise<AppRules> {
  const [rules, installed] = await Promise.all([
    findRules(db, id),
    findInstalled(db, repository, requestEvent),
  ])
  const taken = new Set(rules.map(({ app }) => app.id))
  return { rules, offered: installed.filter((app) => !taken.has(app.id)) }
}

/** Nothing where no App could decide. */
export function renderAppRules({ rules, offered }: AppRules, about: About): string {
  if (rules.length + offered.length === 0 && about.refusal === undefined) return ''
  const { path, formToken } = about
  const items = rules.map(
    ({ id, app }) =>
      html`<li class="row"><div>!${icon('shield')} <strong>!${theirs(app.name)}</strong> <span class="muted">decides about every deployment to here</span></div>!${askFirst(
        {
          ask: 'Disable',
          says: html`!${theirs(app.name)} is no longer asked, and holds nothing back.`,
          confirm: 'Disable this rule',
          action: `${path}/apps/${id}/delete#apps`,
          fields: { form_token: formToken },
        },
      )}</li>`,
  )
  return html`<section id="apps"><h2>Custom protection rules</h2>!${alert(about.refusal)}
!${items.length === 0 ? '' : html`<ul class="box">!${items.join('')}</ul>`}
!${offered.length === 0 ? '' : offerForm(offered, path, formToken)}</section>`
}

const offerForm = (offered: readonly Installed[], path: string, formToken: string) =>
  html`<form class="card inline" method="post" action="${path}/apps#apps">!${hiddenInputs({ form_token: formToken })}<label for="app">GitHub App</label><select id="app" name="app">!${offered.map(({ id, name }) => html`<option value="${id}">${name}</option>`).join('')}</select><button>Let it decide</button></form>`
