import { html } from 'ghtml'
import type { Account } from '../../accounts/model.ts'
import { type Audience, audience, type Kept } from '../../holders/model.ts'
import { parseBody } from '../../http/body.ts'
import type { Repository } from '../../repositories/model.ts'
import { findChoosable } from '../access-forms/access-forms.ts'
import { callOf } from '../dashboard/dashboard.ts'
import type { Row } from '../kept-values/render-values.ts'
import type { UserVisit } from '../web/route.ts'
import type { Around } from './model.ts'
import { selectedOf } from './queries.ts'

/** Which repositories each of an organisation's secrets, or variables, is for. */
export async function findAudiences(
  visit: UserVisit,
  kept: Kept,
  organization: Account,
): Promise<Around> {
  const [selected, repositories] = await Promise.all([
    visit.app.store.read.all(selectedOf[kept], { organization_id: organization.id }),
    findChoosable(visit, organization),
  ])
  const namesOf = Map.groupBy(selected, ({ kept_id }) => kept_id)
  return {
    about: (row) => audienceWords(row, namesOf.get(row.id)?.map(({ name }) => name) ?? []),
    more: audienceField({
      repositories,
      visibility: visit.form['visibility'] ?? 'private',
      chosen: new Set(visit.formLists['repository']),
    }),
    rest: '',
  }
}

const namesShown = 3

export function audienceWords(
  { visibility }: Pick<Row, 'visibility'>,
  names: readonly string[],
): string {
  if (visibility !== 'selected')
    return html`<div class="muted">${visibility === 'all' ? 'All repositories' : 'Private repositories'}</div>`
  if (names.length === 0) return '<div class="muted">No repository yet</div>'
  const shown = names.slice(0, namesShown).map((name) => html`<bdi>${name}</bdi>`)
  const rest = names.length - shown.length
  return html`<div class="muted">!${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}</div>`
}

type Choice = {
  readonly repositories: readonly Repository[]
  readonly visibility: string
  /** Ids, as text. */
  readonly chosen: ReadonlySet<string>
}

const visibilities = [
  ['all', 'All repositories', 'those that come later as well'],
  ['private', 'Private repositories', 'those that come later as well'],
  ['selected', 'Only these:', ''],
] as const

/** Who of an organisation's repositories is to see something. */
export function audienceField({ repositories, visibility, chosen }: Choice): string {
  const radios = visibilities.map(
    ([value, words, more]) =>
      html`<label class="choice"><input type="radio" name="visibility" value="${value}"!${value === visibility ? ' checked' : ''}><span>${words} <span class="muted">${more}</span></span></label>`,
  )
  const boxes = repositories.map(
    ({ id, name }) =>
      html`<label class="choice"><input type="checkbox" name="repository" value="${id}"!${chosen.has(String(id)) ? ' checked' : ''}><bdi>${name}</bdi></label>`,
  )
  return html`<fieldset><legend>Repositories</legend>!${radios.join('')}
<div class="tree pick">!${boxes.join('') || '<p class="muted">There are no repositories yet.</p>'}</div></fieldset>`
}

/** What was chosen there. Throws `invalid`. */
export function audienceIn(visit: UserVisit): Audience {
  const { form, formLists } = visit
  const selected_repository_ids = (formLists['repository'] ?? []).map(Number)
  const { visibility } = form
  const body = visibility === 'selected' ? { visibility, selected_repository_ids } : { visibility }
  return parseBody(callOf(visit, { body }).body, audience, 'Secret')
}
