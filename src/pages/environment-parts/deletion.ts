import { html } from 'ghtml'
import type { Environment } from '../../environments/model.ts'
import { askFirst } from '../dashboard/form.ts'
import { theirs } from '../elements/code.ts'
import type { KeptValues } from '../kept-values/kept-values.ts'
import { counted } from './rule-words.ts'

type Deletion = {
  readonly environment: Environment
  readonly kept: KeptValues
  readonly rules: number
  readonly patterns: number
  readonly path: string
  readonly formToken: string
}

/** Says what goes with it, and what stays. */
export function renderDeletion(deletion: Deletion): string {
  const { environment, kept, rules, patterns, path, formToken } = deletion
  const goes = [
    counted(kept.secrets.length, 'secret'),
    counted(kept.variables.length, 'variable'),
    counted(rules, 'protection rule'),
    counted(patterns, 'pattern'),
  ]
  return html`<section id="delete"><h2>Delete</h2>!${askFirst({
    ask: 'Delete environment',
    says: html`With !${theirs(environment.name)} go ${goes.join(', ')}, its lock, its queue, its freezes and its limits. A deployment that waits to go there fails. Its deployments stay in the history, and the next one makes the environment anew, without any of this.`,
    confirm: 'I understand, delete this environment',
    action: `${path}/delete`,
    fields: { form_token: formToken },
  })}</section>`
}
