import { findAccountById } from '../accounts/accounts.ts'
import type { Account } from '../accounts/model.ts'
import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import { recordEnvironmentChange } from '../cd-events/cd-events.ts'
import { wakeHolds } from '../holds/holds.ts'
import type { Page } from '../http/page.ts'
import { invalidField } from '../lib/problem.ts'
import type { Repository } from '../repositories/model.ts'
import { findPermission } from '../repositories/repositories.ts'
import type { Db, Tx } from '../store/engine.ts'
import type { EnvironmentRuleRow } from '../tables/environments.ts'
import type { Team } from '../teams/model.ts'
import { canTeamRead, findReviewingTeams, findTeamById } from '../teams/teams.ts'
import { branchPoliciesOf, deleteBranchPolicies } from './branch-policy-queries.ts'
import { decideRules, type RuleChange, rulesFor } from './decide-rules.ts'
import { ensureEnvironment } from './environments.ts'
import {
  type BranchPolicy,
  type Environment,
  type EnvironmentSettings,
  environmentKeyOf,
  type KeptRule,
  type ProtectedEnvironment,
  type ProtectionRule,
  type Reviewer,
} from './model.ts'
import {
  countEnvironments,
  deleteRule,
  environmentByName,
  environmentsOf,
  insertReviewer,
  insertRule,
  rulesOf,
  updateEnvironment,
} from './queries.ts'
import { matchesRefPattern } from './ref-pattern.ts'

/** The environments with what protects them: all of one repository, in the order of their ids. */
export async function findProtection(
  db: Db,
  repositoryId: number,
  environments: readonly Environment[],
): Promise<ProtectedEnvironment[]> {
  const [first, last] = [environments[0], environments.at(-1)]
  if (!first || !last) return []
  const of = { repository_id: repositoryId, first_id: first.id, last_id: last.id }
  const rows = await db.all(rulesOf, of)
  const teams = await findTeams(db, rows, of)
  const byEnvironment = Map.groupBy(rows, (row) => row.environment_id)
  const keptOf = ({ id }: Environment) => rulesIn(byEnvironment.get(id) ?? [], teams)
  return environments.map((one) => ({ ...one, rules: keptOf(one) }))
}

/** One page of a repository's environments, oldest first, with what protects them, and how many there are in all. */
export async function findProtectedEnvironments(
  db: Db,
  repositoryId: number,
  { limit, offset }: Pick<Page, 'limit' | 'offset'>,
): Promise<{ environments: ProtectedEnvironment[]; total: number }> {
  const of = { repository_id: repositoryId }
  const [environments, count] = await Promise.all([
    db.all(environmentsOf, { ...of, limit, offset }),
    db.first(countEnvironments, of),
  ])
  const shown = await findProtection(db, repositoryId, environments)
  return { environments: shown, total: count?.count ?? 0 }
}

type Teams = ReadonlyMap<number, Team>

/** One question for all, and none where no team reviews. */
async function findTeams(
  db: Db,
  rows: readonly RuleRow[],
  run: Parameters<typeof findReviewingTeams>[1],
): Promise<Teams> {
  if (rows.every(({ reviewer_team_id: id }) => id === null)) return new Map()
  return new Map((await findReviewingTeams(db, run)).map((team) => [team.id, team]))
}

type RuleRow = EnvironmentRuleRow & {
  readonly reviewer_id: number | null
  readonly reviewer_login: string | null
  readonly reviewer_type: Account['type'] | null
  readonly reviewer_site_admin: Account['site_admin'] | null
  readonly reviewer_team_id: number | null
}

function rulesIn(rows: readonly RuleRow[], teams: Teams): KeptRule[] {
  const byId = Map.groupBy(rows, ({ id }) => id)
  return [...byId.values()].flatMap((same) => {
    const [rule] = same
    const reviewers = same.flatMap((row) => teamIn(row, teams) ?? userIn(row))
    return rule ? [ruleIn(rule, reviewers)] : []
  })
}

function ruleIn(row: EnvironmentRuleRow, reviewers: readonly Reviewer[]): KeptRule {
  const { id, type, wait_timer } = row
  switch (type) {
    case 'wait_timer':
      return { id, type, wait_timer }
    case 'required_reviewers':
      return { id, type, prevent_self_review: row.prevent_self_review === 1, reviewers }
    case 'branch_policy':
      return { id, type }
  }
}

function teamIn({ reviewer_team_id: id }: RuleRow, teams: Teams): Reviewer | undefined {
  const team = id === null ? undefined : teams.get(id)
  return team && { type: 'Team', reviewer: team }
}

function userIn(row: RuleRow): Reviewer[] {
  const { reviewer_id: id, reviewer_login: login, reviewer_type: type } = row
  if (id === null || login === null || type === null) return []
  const site_admin = row.reviewer_site_admin === 1 ? 1 : 0
  return [{ type: 'User', reviewer: { id, login, type, site_admin } }]
}

/**
 * Gives an environment these settings and no others, making it if there is none
 * (contract 4.3). Throws an `invalid` Problem for reviewers who cannot be.
 */
export async function configureEnvironment(
  app: Pick<App, 'store' | 'now' | 'signals' | 'urls' | 'who'>,
  repository: Repository,
  name: string,
  settings: EnvironmentSettings,
): Promise<ProtectedEnvironment> {
  const reviewers = await findReviewers(app.store.read, repository, settings)
  const wanted = rulesFor(settings, reviewers)
  return await app.store.transaction(async (tx) => {
    const at = { repository_id: repository.id, name_key: environmentKeyOf(name) }
    const before = await tx.first(environmentByName, at)
    const environment = await ensureEnvironment(tx, app, repository.id, name)
    const [found] = await findProtection(tx, repository.id, [environment])
    const change = decideRules(found?.rules ?? [], wanted)
    await changeRules(tx, environment, change)
    const kept = await changeSettings(tx, app, { environment, settings, change })
    const [configured] = await findProtection(tx, repository.id, [kept])
    if (!configured) throw new Error('The configured environment was not found')
    await recordAudit(app, tx, {
      action: 'environment.update',
      repository_id: repository.id,
      environment: configured.name,
      ...(found && { before: protectionOf(found) }),
      after: protectionOf(configured),
    })
    if (before) await recordEnvironmentChange(app, tx, environment, 'modified')
    return configured
  }, repository.id)
}

/** As the audit log keeps it: reviewers by name. */
const protectionOf = ({ can_admins_bypass, branch_policy, rules }: ProtectedEnvironment) => ({
  can_admins_bypass: can_admins_bypass === 1,
  branch_policy,
  rules: rules.map((rule) =>
    rule.type === 'required_reviewers' ? { ...rule, reviewers: rule.reviewers.map(nameOf) } : rule,
  ),
})

const nameOf = (one: Reviewer): string =>
  one.type === 'User' ? one.reviewer.login : `team ${one.reviewer.slug}`

async function findReviewers(
  db: Db,
  repository: Repository,
  { reviewers }: EnvironmentSettings,
): Promise<Reviewer[]> {
  const named = new Map((reviewers ?? []).map((one) => [`${one.type} ${one.id}`, one]))
  return await Promise.all([...named.values()].map((one) => findReviewer(db, repository, one)))
}

type Named = { readonly type: Reviewer['type']; readonly id: number }

async function findReviewer(db: Db, repository: Repository, named: Named): Promise<Reviewer> {
  const { type, id } = named
  const found =
    type === 'User' ? await findUser(db, repository, id) : await findTeam(db, repository, id)
  if (found) return found
  const message = `reviewers must be users and teams who can read the repository, which the ${type.toLowerCase()} with id ${id} is not`
  throw invalidField({ resource: 'Environment', field: 'reviewers', code: 'custom', message })
}

async function findUser(db: Db, repository: Repository, id: number): Promise<Reviewer | undefined> {
  const reviewer = await findAccountById(db, id)
  const mayRead = reviewer?.type === 'User' && (await canRead(db, repository, id))
  return mayRead ? { type: 'User', reviewer } : undefined
}

async function findTeam(db: Db, repository: Repository, id: number): Promise<Reviewer | undefined> {
  const reviewer = await findTeamById(db, id)
  const mayRead = reviewer && (await canTeamRead(db, repository, reviewer))
  return mayRead ? { type: 'Team', reviewer } : undefined
}

const canRead = async (db: Db, repository: Repository, accountId: number): Promise<boolean> =>
  repository.private === 0 || (await findPermission(db, repository, accountId)) !== undefined

async function changeRules(tx: Tx, { id }: Environment, change: RuleChange): Promise<void> {
  for (const rule of change.remove) await tx.all(deleteRule, { id: rule.id })
  for (const rule of change.add) await addRule(tx, id, rule)
}

async function addRule(tx: Tx, environmentId: number, rule: ProtectionRule): Promise<void> {
  const asksOthers = rule.type === 'required_reviewers' && rule.prevent_self_review
  const made = await tx.first(insertRule, {
    environment_id: environmentId,
    type: rule.type,
    wait_timer: rule.type === 'wait_timer' ? rule.wait_timer : 0,
    prevent_self_review: asksOthers ? 1 : 0,
  })
  if (!made) throw new Error('The new rule was not returned')
  if (rule.type !== 'required_reviewers') return
  for (const [position, { type, reviewer }] of rule.reviewers.entries()) {
    const account_id = type === 'User' ? reviewer.id : null
    const team_id = type === 'Team' ? reviewer.id : null
    await tx.all(insertReviewer, { rule_id: made.id, position, account_id, team_id })
  }
}

type Configured = {
  readonly environment: Environment
  readonly settings: EnvironmentSettings
  readonly change: RuleChange
}

/** Patterns go with the setting that they belong to (contract 4.3). Times change only with something else. */
async function changeSettings(
  tx: Tx,
  app: Pick<App, 'now' | 'signals'>,
  { environment, settings, change }: Configured,
): Promise<Environment> {
  const { id } = environment
  const branch_policy = branchPolicyOf(settings)
  const can_admins_bypass = settings.can_admins_bypass ? 1 : 0
  const isChanged =
    branch_policy !== environment.branch_policy ||
    can_admins_bypass !== environment.can_admins_bypass
  if (!isChanged && change.add.length + change.remove.length === 0) return environment
  if (branch_policy !== 'custom_branch_policies') {
    await tx.all(deleteBranchPolicies, { environment_id: id })
  }
  await wakeHolds(app, tx, { environment_id: id })
  const updated_at = app.now().toISOString()
  const row = { id, can_admins_bypass, branch_policy, updated_at } as const
  return (await tx.first(updateEnvironment, row)) ?? environment
}

function branchPolicyOf({ deployment_branch_policy: policy }: EnvironmentSettings) {
  if (!policy) return null
  return policy.protected_branches ? 'protected_branches' : 'custom_branch_policies'
}

const policiesMax = 1000

/** Whether one of the environment's patterns lets the ref pass. */
export async function matchesBranchPolicy(
  db: Db,
  environment_id: number,
  ref: { readonly type: string; readonly name: string },
): Promise<boolean> {
  const policies = await findBranchPolicies(db, environment_id)
  return policies.some((policy) => isMatched(policy, ref))
}

export const isMatched = (
  { type, name }: Pick<BranchPolicy, 'type' | 'name'>,
  ref: { readonly type: string; readonly name: string },
): boolean => type === ref.type && matchesRefPattern(name, ref.name)

/** An environment's patterns, oldest first. */
export const findBranchPolicies = (db: Db, environment_id: number): Promise<BranchPolicy[]> =>
  db.all(branchPoliciesOf, { environment_id, limit: policiesMax, offset: 0 })
