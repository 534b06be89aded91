import { recordAudit } from '../audit/audit.ts'
import type { AccessName } from '../auth/access.ts'
import type { Call, Method, Route } from '../auth/route.ts'
import { findEnvironment } from '../environments/environments.ts'
import { type Answer, noContent, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { linkHeader, pageOf } from '../http/page.ts'
import { notFound, Problem } from '../lib/problem.ts'
import {
  type OrganizationAccessName,
  type OrganizationCall,
  organizationLock,
} from '../organizations/model.ts'
import { organizationRoute } from '../organizations/organizations.ts'
import { repositoryPayload } from '../repositories/payload.ts'
import {
  findRepositoryById,
  idIn,
  type RepositoryCall,
  repositoryRoute,
} from '../repositories/repositories.ts'
import type { Db } from '../store/engine.ts'
import { recordSelection } from './holders.ts'
import { type Holder, type Kept, nameIn, selection } from './model.ts'
import { countSelected, deselect, select, selectedRepositories } from './queries.ts'

/** Whose secrets or variables a request is about. */
export type Place = {
  readonly kind: Holder['kind']
  /** Of the list of them. */
  readonly url: string
  /** What its transactions lock. */
  readonly lockId: number
  /** Throws `not_found`. Asked again inside each transaction: what was there may be gone. */
  readonly find: (db: Db) => Promise<Holder>
}

type Handler = (call: Call, place: Place) => Promise<Answer>
/** Mounts a handler below the list; the operation names its page of GitHub's documentation. */
type Mount = (method: Method, path: string, operation: string, handler: Handler) => Route[]

/** A kind of holder, and where requests find it. */
export type Level = {
  readonly kind: Holder['kind']
  /** As GitHub's documentation speaks of one. */
  readonly a: string
  readonly reads: Mount
  readonly writes: Mount
}

const docsOf = (word: string, operation: string) =>
  `https://docs.github.com/rest/actions/${word}#${operation}`

/** Every level that has secrets, or variables. */
export const levelsOf = (word: `${Kept}s`): readonly Level[] => [
  repositoryLevel(word, {
    kind: 'environment',
    a: 'an-environment',
    base: '/environments/:environment_name',
    pathOf: (call) => `/environments/${encodeURIComponent(environmentNameIn(call))}`,
    find: (db, call) => findEnvironment(db, call.repository.id, environmentNameIn(call)),
  }),
  repositoryLevel(word, {
    kind: 'repository',
    a: 'a-repository',
    base: '/actions',
    pathOf: () => '/actions',
    find: async (_db, { repository }) => repository,
  }),
  organizationLevel(word),
]

const environmentNameIn = ({ params }: RepositoryCall) => params['environment_name'] ?? ''

type BelowRepository = Pick<Level, 'a'> & {
  readonly kind: 'environment' | 'repository'
  /** What the paths begin with. */
  readonly base: string
  /** The same, with the names of this request. */
  readonly pathOf: (call: RepositoryCall) => string
  readonly find: (db: Db, call: RepositoryCall) => Promise<{ readonly id: number }>
}

function repositoryLevel(word: `${Kept}s`, level: BelowRepository): Level {
  const { kind, a, base } = level
  const placeOf = (call: RepositoryCall): Place => ({
    kind,
    url: `${call.urls.api}/repositories/${call.repository.id}${level.pathOf(call)}/${word}`,
    lockId: call.repository.id,
    find: async (db) => ({ kind, id: (await level.find(db, call)).id }),
  })
  // An environment has one permission for both; a repository one for each (contract 7.3).
  const noun = kind === 'environment' ? 'environment-secrets' : word
  const mount =
    (access: AccessName): Mount =>
    (method, path, operation, handler) => {
      const needs = { access, docs: docsOf(word, operation) }
      const at = (call: RepositoryCall) => handler(call, placeOf(call))
      return repositoryRoute(method, `${base}/${word}${path}`, needs, at)
    }
  return { kind, a, reads: mount(`${noun}:read`), writes: mount(`${noun}:write`) }
}

function organizationLevel(word: `${Kept}s`): Level {
  const kind = 'organization'
  const placeOf = ({ organization, urls }: OrganizationCall): Place => ({
    kind,
    url: `${urls.api}/orgs/${organization.login}/actions/${word}`,
    lockId: organizationLock(organization),
    find: async () => ({ kind, id: organization.id }),
  })
  const mount =
    (access: OrganizationAccessName): Mount =>
    (method, path, operation, handler) => {
      const needs = { access, docs: docsOf(word, operation) }
      const at = (call: OrganizationCall) => handler(call, placeOf(call))
      return [organizationRoute(method, `/actions/${word}${path}`, needs, at)]
    }
  return {
    kind,
    a: 'an-organization',
    reads: mount(`organization-${word}:read`),
    writes: mount(`organization-${word}:write`),
  }
}

type Selectable = {
  readonly kept: Kept
  /** The parameter that names one. */
  readonly parameter: string
  /** Throws `not_found`. */
  readonly find: (db: Db, holder: Holder, name: string) => Promise<Found>
}

type Found = { readonly id: number; readonly visibility: string | null }

/** The repositories that are selected to see an organisation's secret, or variable. */
export function selectionRoutes({ reads, writes }: Level, selectable: Selectable): Route[] {
  const { kept, parameter } = selectable
  const all = `/:${parameter}/repositories`
  const one = `${all}/:repository_id`
  const at =
    (act: (selected: SelectedCall) => Promise<Answer>) => async (call: Call, place: Place) =>
      act(await findSelected(call, place, selectable))
  return [
    ...reads(
      'GET',
      all,
      `list-selected-repositories-for-an-organization-${kept}`,
      at(listSelected),
    ),
    ...writes('PUT', all, `set-selected-repositories-for-an-organization-${kept}`, at(setSelected)),
    ...writes('PUT', one, `add-selected-repository-to-an-organization-${kept}`, at(addSelected)),
    ...writes(
      'DELETE',
      one,
      `remove-selected-repository-from-an-organization-${kept}`,
      at(removeSelected),
    ),
  ]
}

type SelectedCall = Call & {
  readonly kept: Kept
  readonly place: Place
  readonly holder: Holder
  readonly name: string
  readonly found: Found
}

async function findSelected(
  call: Call,
  place: Place,
  { kept, parameter, find }: Selectable,
): Promise<SelectedCall> {
  const { read } = call.app.store
  const holder = await place.find(read)
  const name = nameIn(call.params[parameter])
  const found = await find(read, holder, name)
  if (found.visibility === 'selected') return { ...call, kept, place, holder, name, found }
  throw new Problem('conflict', `The visibility of ${name} is not selected`)
}

async function listSelected(call: SelectedCall): Promise<Answer> {
  const { app, kept, place, name, found, query, urls } = call
  const { limit, offset } = pageOf(query)
  const of = { kept_id: found.id }
  const [rows, counted] = await Promise.all([
    app.store.read.all(selectedRepositories(kept), { ...of, limit, offset }),
    app.store.read.first(countSelected(kept), of),
  ])
  const total = counted?.count ?? 0
  const whole = await Promise.all(rows.map(({ id }) => findRepositoryById(app.store.read, id)))
  const repositories = whole.map((repository) => repositoryPayload(repository, urls))
  const url = `${place.url}/${name}/repositories`
  return ok({ total_count: total, repositories }, linkHeader(url, query, total))
}

/** How the audit log names a change of who sees it. */
const lineOf = ({ kept, holder, name }: SelectedCall) => ({
  action: `${kept}.select`,
  owner_id: holder.id,
  subject: `${kept} ${name}`,
})

async function setSelected(call: SelectedCall) {
  const { app, kept, holder, found, place, body } = call
  const { selected_repository_ids: ids } = parseBody(body, selection, 'Repository')
  const row = { kept, id: found.id, holder }
  await app.store.transaction(async (tx) => {
    await recordSelection(tx, row, ids)
    await recordAudit(app, tx, { ...lineOf(call), after: { repository_ids: ids } })
  }, place.lockId)
  return noContent
}

async function addSelected(call: SelectedCall) {
  const { app, kept, holder, found, place, params } = call
  const chosen = { kept_id: found.id, repository_id: idIn(params['repository_id']) }
  await app.store.transaction(async (tx) => {
    await tx.all(deselect(kept), chosen)
    const row = { ...chosen, organization_id: holder.id }
    if (!(await tx.first(select(kept), row))) throw notFound()
    await recordAudit(app, tx, { ...lineOf(call), after: { added: chosen.repository_id } })
  }, place.lockId)
  return noContent
}

async function removeSelected(call: SelectedCall) {
  const { app, kept, found, place, params } = call
  const chosen = { kept_id: found.id, repository_id: idIn(params['repository_id']) }
  await app.store.transaction(async (tx) => {
    await tx.all(deselect(kept), chosen)
    await recordAudit(app, tx, { ...lineOf(call), after: { removed: chosen.repository_id } })
  }, place.lockId)
  return noContent
}
