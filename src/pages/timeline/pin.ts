import { html } from 'ghtml'
import {
  pinEnvironment,
  pinRepository,
  unpinEnvironment,
  unpinRepository,
} from '../../pins/pins.ts'
import { idIn } from '../../repositories/repositories.ts'
import { pathOf, type RepositoryVisit } from '../dashboard/repository-page.ts'
import { icon } from '../elements/icon.ts'
import { hiddenInputs } from '../web/layout.ts'
import type { Redirect } from '../web/route.ts'
import { environmentPlace } from './model.ts'

type Question = {
  readonly action: string
  readonly formToken: string
  readonly isPinned: boolean
  /** `repository`, `environment` */
  readonly what: string
  readonly title: string
  /** Where somebody goes on. */
  readonly environment?: string
}

/** A button that pins it, or takes it from there again. */
export function pinForm({ action, formToken, isPinned, what, title, environment = '' }: Question) {
  const fields = { form_token: formToken, pinned: isPinned ? '' : '1', environment }
  return html`<form method="post" action="${action}">!${hiddenInputs(fields)}<button title="${title}">!${icon('pin')} ${isPinned ? 'Unpin' : 'Pin'} ${what}</button></form>`
}

/** For whoever is in front of the page. */
export async function answerPin({ app, session, repository, form }: RepositoryVisit) {
  const change = form['pinned'] ? pinRepository : unpinRepository
  await change(app, { account: session.account, repository })
  return { kind: 'redirect', to: `${pathOf(repository)}/deployments` } satisfies Redirect
}

/** For everybody. */
export async function answerEnvironmentPin({ app, repository, params, form }: RepositoryVisit) {
  const change = form['pinned'] ? pinEnvironment : unpinEnvironment
  await change(app, { repository, environmentId: idIn(params['environment_id']) })
  const to = environmentPlace(pathOf(repository), form['environment'] ?? '')
  return { kind: 'redirect', to } satisfies Redirect
}
