import { html } from 'ghtml'
import { findRole } from '../../accounts/accounts.ts'
import type { Kept } from '../../holders/model.ts'
import type { Repository } from '../../repositories/model.ts'
import { findSecrets, findSharedSecrets } from '../../secrets/secrets.ts'
import type { Db } from '../../store/engine.ts'
import { findSharedVariables, findVariables } from '../../variables/variables.ts'
import { settingsPathOf } from '../dashboard/owner.ts'
import { mayVisitor, pathOf, type RepositoryVisit } from '../dashboard/repository-page.ts'
import { theirs } from '../elements/code.ts'
import { icon } from '../elements/icon.ts'
import { ago } from '../elements/when.ts'
import type { Row } from '../kept-values/render-values.ts'
import type { Around } from './model.ts'
import { type Names, type Standing, standingOf } from './precedence.ts'
import { type EnvironmentRow, keptInEnvironments } from './queries.ts'

/**
 * What a repository's deployments get besides the repository's own: from its environments and from its
 * organisation; and which of them wins where several have a name.
 */
export async function findElsewhere(visit: RepositoryVisit, kept: Kept): Promise<Around> {
  const { app, repository, session } = visit
  const { read } = app.store
  const [own, shared, environments, mayConfigure, role] = await Promise.all([
    findOwn(read, kept, repository),
    findShared(read, kept, repository),
    read.all(keptInEnvironments[kept], { repository_id: repository.id }),
    mayVisitor(visit, 'environments:write'),
    findRole(read, repository.owner_id, session.account_id),
  ])
  const names = namesOf(own, shared, environments)
  const lists = { kept, now: app.now(), names }
  const environmentsAt = mayConfigure ? `${pathOf(repository)}/settings/environments` : undefined
  const { login } = repository.owner
  const ownersAt = role === 'admin' ? settingsPathOf({ org: login }) : undefined
  const ofOrganization =
    repository.owner.type === 'Organization' ? organizationSection(shared, ownersAt, lists) : ''
  return {
    about: ({ name }) => noteOf(standingOf('repository', name, names)),
    more: '',
    rest: environmentSection(environments, environmentsAt, lists) + ofOrganization,
  }
}

/** As many as anybody may have. */
const all = { limit: 1000, offset: 0 }

async function findOwn(read: Db, kept: Kept, { id }: Repository): Promise<readonly Row[]> {
  const holder = { kind: 'repository', id } as const
  return kept === 'secret'
    ? (await findSecrets(read, holder, all)).secrets
    : (await findVariables(read, holder, all)).variables
}

const findShared = async (read: Db, kept: Kept, { id }: Repository): Promise<readonly Row[]> =>
  kept === 'secret'
    ? (await findSharedSecrets(read, id, all)).secrets
    : (await findSharedVariables(read, id, all)).variables

function namesOf(
  own: readonly Row[],
  shared: readonly Row[],
  environments: readonly EnvironmentRow[],
): Names {
  const grouped = Map.groupBy(environments, ({ name }) => name)
  return {
    environments: new Map(
      [...grouped].map(([name, rows]) => [name, rows.map(({ environment }) => environment)]),
    ),
    repository: new Set(own.map(({ name }) => name)),
    organization: new Set(shared.map(({ name }) => name)),
  }
}

type Lists = { readonly kept: Kept; readonly now: Date; readonly names: Names }

function environmentSection(
  rows: readonly EnvironmentRow[],
  at: string | undefined,
  lists: Lists,
): string {
  const { kept, names } = lists
  const items = rows.map((row) => {
    const name = theirs(row.environment)
    const edit = `${at}/${row.environment_id}/edit#${kept}s`
    const where = at === undefined ? name : html`<a href="${edit}">!${name}</a>`
    const note = noteOf(standingOf('environment', row.name, names))
    return item(row, lists, { label: html`<span class="label">!${where}</span>`, note })
  })
  return html`<section><h2>Environment ${kept}s</h2>
!${listOf(items, 'In one environment alone, and set there.', 'No environment has any of its own.')}</section>`
}

/** With the way to change them, for whoever may. */
function organizationSection(rows: readonly Row[], at: string | undefined, lists: Lists): string {
  const { kept, names } = lists
  const items = rows.map((row) =>
    item(row, lists, { label: '', note: noteOf(standingOf('organization', row.name, names)) }),
  )
  const manage =
    at === undefined
      ? ''
      : html`<a class="button" href="${at}/${kept}s/actions">Manage organization ${kept}s</a>`
  const says = 'The organization shares them with this repository.'
  const none = `The organization shares none of its ${kept}s with this repository.`
  return html`<section><div class="heading"><h2>Organization ${kept}s</h2>!${manage}</div>
!${listOf(items, says, none)}</section>`
}

const listOf = (items: readonly string[], says: string, none: string) =>
  items.length === 0
    ? html`<p class="muted">${none}</p>`
    : html`<p class="muted">${says}</p><ul class="box">!${items.join('')}</ul>`

type Marks = { readonly label: string; readonly note: string }

const item = (
  { name, updated_at }: Pick<Row, 'name' | 'updated_at'>,
  { kept, now }: Lists,
  { label, note }: Marks,
) =>
  html`<li>!${kept === 'secret' ? icon('lock') : ''} <code>${name}</code> !${label} <span class="muted">updated !${ago(updated_at, now)}</span>!${note}</li>`

const environmentsShown = 3

/** Which one wins, in words; nothing where only one is there. */
function noteOf({ insteadOf, notIn, isHidden }: Standing): string {
  const shown = notIn.slice(0, environmentsShown).map(theirs)
  const more = notIn.length > shown.length ? html` and ${notIn.length - shown.length} more` : ''
  const notes = [
    isHidden ? html`!${icon('alert')} Never used here: the repository has its own.` : '',
    insteadOf ? html`Used in place of the ${insteadOf}’s.` : '',
    shown.length > 0
      ? html`Not used in !${shown.join(', ')}!${more}: ${notIn.length === 1 ? 'it has its' : 'they have their'} own.`
      : '',
  ].filter((note) => note !== '')
  return notes.length === 0 ? '' : html`<div class="small">!${notes.join(' ')}</div>`
}
