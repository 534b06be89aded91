import type { Allowance, Amount, Host, Recipe, Rollout } from '../recipe/model.ts'
import { byId, idOfRelease } from './host-state.ts'
import type { HostReport, HostState, ReleaseName, RollbackChoice, RollbackTarget } from './model.ts'

/** Hosts that are published together, in order; the canary, when there is one, comes first. */
export function batchesOf<T>(rollout: Rollout, hosts: readonly T[]): readonly (readonly T[])[] {
  const canary = rollout.canary ? hosts.slice(0, countOf(rollout.canary.hosts, hosts.length)) : []
  const size = countOf(rollout.maxParallel, hosts.length)
  const rest = hosts.slice(canary.length)
  const count = Math.ceil(rest.length / size)
  const batches = Array.from({ length: count }, (_, i) => rest.slice(i * size, (i + 1) * size))
  return canary.length > 0 ? [canary, ...batches] : batches
}

/** At least one: a quarter of two hosts is one host. */
const countOf = (amount: Amount, hosts: number) => Math.max(1, sharedOf(amount, hosts))

/** How many hosts may fail and the rest go on. */
export const failuresMaxOf = ({ maxFailures }: Rollout, hosts: number) =>
  sharedOf(maxFailures, hosts)

const sharedOf = (amount: Amount, hosts: number) =>
  amount.kind === 'count' ? amount.count : Math.floor((hosts * amount.percent) / 100)

type Reached = HostReport & { readonly kind: 'reached' }

/**
 * The release to go back to: one that is complete and good on every host, so
 * that hosts with different histories end on the same one (invariant 19).
 */
export function chooseRollback(reports: readonly HostReport[], to: RollbackTarget): RollbackChoice {
  const away = reports.find((report) => report.kind === 'unreached')
  if (away) return none(`${away.host} cannot be reached: ${away.reason}`)
  const reached = reports.filter((report): report is Reached => report.kind === 'reached')
  const [first, ...others] = reached
  if (!first) return none('there are no hosts')
  const common = first.good.filter((release) =>
    reached.every(({ good, revisions }) => good.includes(release) && release in revisions),
  )
  const release = common
    .filter((name) => isMeant(name, to, [first, ...others]))
    .sort(byId)
    .at(-1)
  if (release === undefined) return none(missing(to))
  return { kind: 'found', release, sha: first.revisions[release] ?? '' }
}

const none = (reason: string): RollbackChoice => ({ kind: 'none', reason })

function isMeant(name: ReleaseName, to: RollbackTarget, reports: readonly HostState[]): boolean {
  switch (to.kind) {
    case 'deployment':
      return idOfRelease(name) === to.id
    case 'sha':
      return reports.every(({ revisions }) => revisions[name]?.startsWith(to.sha))
    case 'previous':
      return idOfRelease(name) < newestCurrent(reports)
  }
}

const newestCurrent = (reports: readonly HostState[]) =>
  Math.max(...reports.map(({ current }) => (current ? idOfRelease(current) : 0)))

function missing(to: RollbackTarget): string {
  const what = {
    previous: () => 'no earlier good release',
    deployment: () => `no good release of deployment ${'id' in to ? to.id : ''}`,
    sha: () => `no good release of ${'sha' in to ? to.sha.slice(0, 7) : ''}`,
  }
  return `${what[to.kind]()} is on all hosts`
}

/**
 * What may go after `release` succeeded. Never: what `current` shows, the newest
 * `keep` good ones, the release to go back to, anything newer than this
 * deployment or still running. Failed releases do not count (invariant 18).
 */
export function prunedOf(
  state: HostState,
  about: { readonly release: ReleaseName; readonly deploymentId: number; readonly keep: number },
): readonly ReleaseName[] {
  const { release, deploymentId, keep } = about
  const complete = Object.keys(state.revisions)
  const good = [...new Set([...state.good, release])]
    .filter((name) => name === release || complete.includes(name))
    .sort(byId)
  const previous = good.filter((name) => idOfRelease(name) < idOfRelease(release)).at(-1)
  const kept = new Set([release, state.current, previous, ...good.slice(-keep)])
  return complete.filter(
    (name) =>
      !kept.has(name) &&
      idOfRelease(name) <= deploymentId &&
      !state.running.includes(idOfRelease(name)),
  )
}

/** Why this recipe cannot be carried out here, said before any host is contacted; null when it can. */
export function refusalOf(
  recipe: Recipe,
  { allow, hosts }: { allow: Allowance; hosts: readonly Host[] },
): string | null {
  const { strategy, build, source } = recipe
  if (strategy.kind !== 'files') {
    return `strategy "${strategy.kind}" is not available yet; use "files"`
  }
  if (hosts.length === 0) return 'there are no hosts to deploy to'
  const notYet = [
    strategy.transfer === 'rsync' && 'files.transfer: rsync',
    strategy.activate === 'copy' && 'files.activate: copy',
    source.submodules && 'source.submodules',
    source.lfs && 'source.lfs',
    build?.image && 'build.image',
    stepsOf(recipe).some(({ on }) => on === 'agent') && 'a step "on: agent"',
    recipe.health.some(({ via, probe }) => via === 'agent' && probe.kind === 'run') &&
      'a health command "via: agent"',
  ].find((what) => typeof what === 'string')
  if (notYet) return `${notYet} is not available yet`
  const broken = recipe.health.find(
    ({ probe }) => probe.kind === 'http' && !URL.canParse(probe.url),
  )
  if (broken) return `health check "${broken.name}" has no valid URL`
  return disallowedOf(recipe, allow)
}

function disallowedOf(recipe: Recipe, allow: Allowance): string | null {
  if (recipe.build && !allow.runsOnAgent) {
    return 'build runs on the agent, which agent.yml does not allow (allow.run_on_agent)'
  }
  if (recipe.health.some(({ via }) => via === 'agent') && !allow.runsOnAgent) {
    return 'a health check "via: agent" is not allowed by agent.yml (allow.run_on_agent)'
  }
  const step = stepsOf(recipe).find(({ as }) => as !== null && !allow.become.includes(as))
  return step
    ? `step "${step.name}" wants to become ${step.as}, which agent.yml does not allow (allow.become)`
    : null
}

const stepsOf = ({ hooks }: Recipe) => Object.values(hooks).flatMap((steps) => steps ?? [])
