import { html } from 'ghtml'
import type { Account } from '../../accounts/model.ts'
import { isOfOrganizations, levelsOf, permissionNames } from '../../auth/permissions.ts'
import { Problem } from '../../lib/problem.ts'
import type { Repository } from '../../repositories/model.ts'
import { findRepositories } from '../../repositories/repositories.ts'
import { isPermissionHere, permissionAbout } from '../consent/consent.ts'
import { actorOf } from '../dashboard/dashboard.ts'
import type { UserVisit } from '../web/route.ts'

/** The parts of forms that say how far something may reach: which permissions, and in which repositories. */

const fieldOf = (name: string) => `permission_${name}`
const levelWords: Readonly<Record<string, string>> = {
  read: 'Read',
  write: 'Read and write',
}

/** What a program or a token may do, one select for each thing that is here. `metadata` comes with every other. */
export function permissionMatrix(
  chosen: Readonly<Record<string, string>>,
  about: 'repositories' | 'organizations',
): string {
  const rows = namesAbout(about).map((name) => permissionRow(name, chosen[name] ?? 'none'))
  return html`<fieldset><legend>Permissions in !${about}</legend><div class="box">!${rows.join('')}</div></fieldset>`
}

const namesAbout = (about: 'repositories' | 'organizations') =>
  permissionNames.filter(
    (name) => isChoosable(name) && isOfOrganizations(name) === (about === 'organizations'),
  )

/** Whether the matrix has it: a manifest may name more. */
export const isChoosable = (name: string): boolean => name !== 'metadata' && isPermissionHere(name)

function permissionRow(name: string, chosen: string): string {
  const options = ['none', ...levelsOf(name)].map(
    (level) =>
      html`<option value="${level}"!${level === chosen ? ' selected' : ''}>${levelWords[level] ?? 'No access'}</option>`,
  )
  const field = fieldOf(name)
  return html`<div class="row"><label for="${field}"><code>${name}</code> <span class="muted">${permissionAbout(name)}</span></label><span class="inline"><select id="${field}" name="${field}">!${options.join('')}</select></span></div>`
}

/** What was chosen in the matrix, without what has no access: `{ deployments: 'write' }`. */
export const chosenPermissions = (form: UserVisit['form']): Record<string, string> =>
  Object.fromEntries(
    permissionNames.flatMap((name) => {
      const level = form[fieldOf(name)] ?? 'none'
      return level === 'none' ? [] : [[name, level]]
    }),
  )

/** The fields of a matrix in which this is chosen. */
export const filledMatrix = (permissions: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(permissions).map(([name, level]) => [fieldOf(name), level] as const),
  )

export type RepositoryChoice = {
  readonly repositories: readonly Repository[]
  readonly isForAll: boolean
  readonly chosen: ReadonlySet<number>
}

const repositoriesMax = 500

/** Those of an owner that the visitor may see, and so choose. */
export async function findChoosable(
  { app, session }: UserVisit,
  { id }: Pick<Account, 'id'>,
): Promise<Repository[]> {
  const listed = { subject_id: id, since: '', before: '', limit: repositoriesMax, offset: 0 }
  const words = ['owned', 'visible', 'full_name'] as const
  const found = await findRepositories(app.store.read, actorOf(session), words, listed)
  return found.map(({ repository }) => repository)
}

/** All of an owner's repositories, or some. */
export function repositoryChoice({ repositories, isForAll, chosen }: RepositoryChoice): string {
  const boxes = repositories.map(
    ({ id, name }) =>
      html`<label class="choice"><input type="checkbox" name="repository" value="${id}"!${chosen.has(id) ? ' checked' : ''}><bdi>${name}</bdi></label>`,
  )
  const none = html`<p class="muted">There are no repositories yet.</p>`
  return html`<fieldset><legend>Repositories</legend>
<label class="choice"><input type="radio" name="selection" value="all"!${isForAll ? ' checked' : ''}><span>All repositories <span class="muted">those that come later as well</span></span></label>
<label class="choice"><input type="radio" name="selection" value="selected"!${isForAll ? '' : ' checked'}><span>Only these:</span></label>
<div class="tree pick">!${boxes.join('') || none}</div>
</fieldset>`
}

/** What was chosen, of those that were listed. Throws `invalid` for any other. */
export function chosenRepositories(
  { form, formLists }: Pick<UserVisit, 'form' | 'formLists'>,
  listed: readonly Repository[],
): { isForAll: boolean; chosen: Repository[] } {
  if (form['selection'] === 'all') return { isForAll: true, chosen: [] }
  const chosen = (formLists['repository'] ?? []).map((id) => {
    const repository = listed.find((one) => String(one.id) === id)
    if (repository) return repository
    throw new Problem('invalid', `There is no repository ${id} to choose`)
  })
  return { isForAll: false, chosen }
}
