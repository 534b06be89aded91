import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import { findEnvironment } from '../environments/environments.ts'
import { wakeHolds } from '../holds/holds.ts'
import { invalidField, notFound } from '../lib/problem.ts'
import type { Repository } from '../repositories/model.ts'
import type { Db } from '../store/engine.ts'
import type { RowOf } from '../store/query.ts'
import { type Installed, type ProtectionRule, rulesMax } from './model.ts'
import {
  countInstalledApps,
  deleteRule,
  insertRule,
  installedApps,
  ruleById,
  rulesOf,
} from './queries.ts'

/** The event that asks an App to decide. */
export const requestEvent = 'deployment_protection_rule'

/** More Apps than anybody installs. */
const appsMax = 1000

/** Apps that listen to this event of a repository's deployments, and may answer where an answer is asked for. */
export async function findInstalled(
  db: Db,
  repository: Repository,
  event: string,
  page: { readonly limit: number; readonly offset: number } = { limit: appsMax, offset: 0 },
): Promise<Installed[]> {
  return await db.all(installedApps, { ...placeOf(repository, event), ...page })
}

/** Of all pages. */
export async function countInstalled(db: Db, repository: Repository): Promise<number> {
  return (await db.first(countInstalledApps, placeOf(repository, requestEvent)))?.count ?? 0
}

const placeOf = ({ id }: Repository, event: string) => ({
  repository_id: id,
  event,
  permission: event === requestEvent ? '%"deployments":"write"%' : '%"deployments":"%',
})

/** Oldest first. */
export async function findRules(db: Db, environmentId: number): Promise<ProtectionRule[]> {
  return (await db.all(rulesOf, { environment_id: environmentId })).map(ruleIn)
}

function ruleIn({ id, environment_id, app_id, ...app }: RowOf<typeof rulesOf>): ProtectionRule {
  return { id, environment_id, app: { id: app_id, ...app } }
}

/** Where a rule is: the environment's name, and the rule's id. */
type Place = { readonly repository: Repository; readonly name: string; readonly id: number }

/** Throws `not_found`. */
export async function findRule(db: Db, { repository, name, id }: Place): Promise<ProtectionRule> {
  const environment = await findEnvironment(db, repository.id, name)
  const row = await db.first(ruleById, { environment_id: environment.id, id })
  if (!row) throw notFound()
  return ruleIn(row)
}

/** Throws `not_found`, and an `invalid` Problem for an App that cannot decide here, or one too many. */
export async function addRule(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  { repository, name }: Omit<Place, 'id'>,
  appId: number,
): Promise<ProtectionRule> {
  return await app.store.transaction(async (tx) => {
    const { id: environment_id } = await findEnvironment(tx, repository.id, name)
    const installed = await findInstalled(tx, repository, requestEvent)
    if (!installed.some(({ id }) => id === appId)) throw notInstalled(appId)
    refuseRule(await findRules(tx, environment_id), appId)
    const made = await tx.first(insertRule, { environment_id, app_id: appId })
    const row = made && (await tx.first(ruleById, { environment_id, id: made.id }))
    if (!row) throw new Error('The new protection rule was not returned')
    const line = {
      action: 'protection_rule.create',
      repository_id: repository.id,
      environment: name,
    }
    await recordAudit(app, tx, { ...line, subject: `App ${row.slug}` })
    await wakeHolds(app, tx, { environment_id })
    return ruleIn(row)
  }, repository.id)
}

const resource = 'DeploymentProtectionRule'

const notInstalled = (appId: number) => {
  const message = `integration_id ${appId} is not an App that is installed on the repository, may write its deployments and listens to ${requestEvent}`
  return invalidField({ resource, field: 'integration_id', code: 'custom', message })
}

function refuseRule(rules: readonly ProtectionRule[], appId: number): void {
  if (rules.some((rule) => rule.app.id === appId)) {
    throw invalidField({ resource, field: 'integration_id', code: 'already_exists' })
  }
  if (rules.length < rulesMax) return
  const message = `An environment has at most ${rulesMax} custom deployment protection rules`
  throw invalidField({ resource, field: 'integration_id', code: 'custom', message })
}

/** Throws `not_found`. */
export async function removeRule(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  { repository, name, id }: Place,
): Promise<void> {
  await app.store.transaction(async (tx) => {
    const { id: environment_id } = await findEnvironment(tx, repository.id, name)
    if (!(await tx.first(deleteRule, { environment_id, id }))) throw notFound()
    const line = {
      action: 'protection_rule.delete',
      repository_id: repository.id,
      environment: name,
    }
    await recordAudit(app, tx, { ...line, subject: `protection rule ${id}` })
    await wakeHolds(app, tx, { environment_id })
  }, repository.id)
}
