import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { Problem } from '../lib/problem.ts'
import { patienceOf } from './claim.ts'
import { rollbackTargetOf } from './decide-intake.ts'
import { statusOf } from './decide-status.ts'
import { type End, logUrlOf, placeOf } from './ending.ts'
import { type LogWriter, openLogWriter } from './journal/log-writer.ts'
import type { Accepted, Tracked } from './ledger/model.ts'
import type { Parts } from './model.ts'
import type { Host, Recipe, RecipeFile, Rule } from './recipe/model.ts'
import { hostsOf, parseRecipe, recipeFor } from './recipe/recipe.ts'
import type { FetchedSource, Run, RunOutcome } from './remote/model.ts'
import { completeSecrets, gatherSecrets, type JobSecrets } from './vault/vault.ts'

/** Everything a run needs, gathered before it waits for its turn. */
export type Job = JobSecrets & {
  readonly tracked: Tracked
  readonly accepted: Accepted
  readonly recipe: Recipe
  /** Null after a restart: the recipe is as it was. */
  readonly recipeFile: RecipeFile | null
  readonly hosts: readonly Host[]
  readonly rule: Rule
  /** Null for a rollback and after a restart: the code is on the hosts. */
  readonly source: FetchedSource | null
}

/**
 * Fetches the code and reads the recipe. No host is contacted. Throws the Problem
 * that goes into the `error` status: file and line of a recipe, an unreachable sha.
 */
export async function gatherJob(parts: Parts, tracked: Tracked): Promise<Job> {
  const accepted = acceptedOf(tracked)
  const rule = ruleOf(parts, accepted)
  const log = openLogWriter({ logs: parts.logs, name: accepted.log, needles: parts.needles })
  try {
    const { sha } = accepted.deployment
    const fetching = { git: rule.git, sha, refs: rule.refs, signal: parts.signal }
    log.line(`Fetching ${sha}`)
    const source = await parts.remote.fetchSource(fetching)
    log.line(`${sha} is reachable from ${source.reachableFrom}`)
    const recipeFile = await readRecipe(parts, { rule, source, log })
    const recipe = recipeFor(recipeFile, valuesOf(accepted))
    const hosts = hostsOf(recipe, parts.config.inventory)
    const job = { tracked, accepted, recipe, recipeFile, hosts, rule, source }
    return { ...job, ...(await secretsOf(parts, rule, recipe)) }
  } finally {
    await log.end()
  }
}

function acceptedOf({ accepted }: Tracked): Accepted {
  if (accepted === null) throw new Error('only an accepted deployment can run')
  return accepted
}

function ruleOf({ config }: Parts, accepted: Accepted): Rule {
  const rule = config.rules.find(({ name }) => name === accepted.rule)
  if (rule) return rule
  throw new Problem('invalid', `agent.yml no longer has the rule "${accepted.rule}"`)
}

type Reading = { rule: Rule; source: FetchedSource; log: LogWriter }

async function readRecipe(parts: Parts, { rule, source, log }: Reading): Promise<RecipeFile> {
  const { path, from } = rule.config
  if (from === 'agent') {
    log.line(`Recipe: ${path} of the agent's operator`)
    return parseRecipe(await readOperatorFile(resolve(dirname(parts.config.file), path)), path)
  }
  const found = await source.readFile(path, from)
  if (found === null) throw new Problem('not_found', `${path} is missing ${placeName[from]}`)
  log.line(`Recipe: ${path} as of ${found.sha}`)
  return parseRecipe(found.text, path)
}

const valuesOf = ({ deployment }: Accepted) => ({
  environment: deployment.environment,
  deploymentId: deployment.id,
  sha: deployment.sha,
})

const readOperatorFile = (file: string) =>
  readFile(file, 'utf8').catch((cause: Error) => {
    throw new Problem('not_found', `The agent cannot read the recipe ${file}: ${cause.message}`)
  })

const placeName = {
  default_branch: 'on the default branch',
  deployed_sha: 'in the deployed commit',
} as const

async function secretsOf(parts: Parts, rule: Rule, recipe: Recipe): Promise<JobSecrets> {
  const store = rule.secrets === null ? undefined : parts.config.secrets[rule.secrets]
  return withOwn(parts, await gatherSecrets(recipe, store, parts.places))
}

/** The agent's own secrets are masked as well. */
const withOwn = ({ needles }: Parts, found: JobSecrets): JobSecrets => ({
  ...found,
  needles: [...needles, ...found.needles],
})

/** A job with all of its secrets; the deployment is claimed at the forge until this is disposed. */
export type ReadyJob = AsyncDisposable & { readonly job: Job }

/**
 * What the forge keeps for the deployment, which it gives only while it is claimed; null when
 * another agent has claimed it. Throws the Problem that goes into the `error` status.
 */
export async function readyJob(
  parts: Parts,
  job: Job,
  signal: AbortSignal,
): Promise<ReadyJob | null> {
  const { tracked, wanted, recipe } = job
  if (wanted.length === 0) return { job, [Symbol.asyncDispose]: async () => {} }
  const vault = parts.forges.get(tracked.forge)?.vault
  const claim = await vault?.claim(tracked, patienceOf(parts, tracked, signal))
  if (!claim) return null
  await using owned = new AsyncDisposableStack()
  owned.use(claim)
  const whole = { ...job, ...withOwn(parts, await completeSecrets(recipe, job, claim)) }
  const kept = owned.move()
  return { job: whole, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

/** What is known of an interrupted run: the recipe and the hosts as they were when it started. */
export async function regatherJob(parts: Parts, tracked: Tracked): Promise<Job> {
  const accepted = acceptedOf(tracked)
  const rule = ruleOf(parts, accepted)
  if (tracked.started === null) throw new Error('only a started deployment can be resumed')
  const { recipe, hosts: names } = tracked.started
  const hosts = parts.config.inventory.filter(({ name }) => names.includes(name))
  const job = { tracked, accepted, recipe, recipeFile: null, hosts, rule, source: null }
  return { ...job, ...(await secretsOf(parts, rule, recipe)) }
}

/** Runs a job to its end; what goes wrong is its end too. */
export const runJob = (parts: Parts, job: Job, signal: AbortSignal): Promise<End> =>
  job.accepted.deployment.task === 'rollback'
    ? rollBack(parts, job, signal)
    : withRun(parts, job, signal, async (run) => {
        if (job.source === null) throw new Error('a deployment needs its code')
        await recordStart(parts, job)
        return await parts.remote.runDeployment({ ...run, source: job.source })
      })

/** Its own deployment, of a release that the hosts still have: the recipe speaks of that release. */
async function rollBack(parts: Parts, job: Job, signal: AbortSignal): Promise<End> {
  const { recipe, hosts, accepted, recipeFile } = job
  const to = rollbackTargetOf(accepted.deployment.payload) ?? { kind: 'previous' as const }
  try {
    const choice = await parts.remote.findRollback({ recipe, hosts, signal, to })
    if (choice.kind === 'none') return { ending: { kind: 'errored', description: choice.reason } }
    if (recipeFile === null) throw new Error('a rollback needs the recipe')
    const back = { ...valuesOf(accepted), sha: choice.sha, releaseId: choice.release }
    const backJob = { ...job, recipe: recipeFor(recipeFile, back) }
    return await withRun(parts, backJob, signal, async (run) => {
      await recordStart(parts, backJob)
      return await parts.remote.runRollback({ ...run, choice })
    })
  } catch (error) {
    return { ending: explain(parts, error) }
  }
}

async function recordStart(parts: Parts, { tracked, recipe, hosts }: Job): Promise<void> {
  const started = { recipe, hosts: hosts.map(({ name }) => name) }
  await parts.ledger.record({ ...placeOf(tracked), kind: 'started', started })
}

/**
 * Ends what a crash interrupted (agent 3.2, first row). While it was preparing nothing
 * was published: what it left is removed. Later the hosts are asked what they have.
 */
export async function recoverJob(parts: Parts, found: Job, signal: AbortSignal): Promise<End> {
  const known = await readyJob(parts, found, signal).catch((error: unknown) =>
    explain(parts, error),
  )
  const isReady = known !== null && 'job' in known
  await using _claim = isReady ? known : null
  const job = isReady ? known.job : found
  return await withRun(parts, job, signal, async (run) => {
    const { publishing, phase } = job.tracked
    run.log('The agent was restarted while this deployment ran.')
    // Hosts are put in order all the same: that it ended badly is no reason to leave them as they are.
    if (!isReady) run.log(`Without the secrets of ${job.tracked.forge}, which it gives no more`)
    if (publishing !== null) {
      const wasRollingBack = phase === 'rolling_back'
      return await parts.remote.recoverRun({ ...run, entry: publishing, wasRollingBack })
    }
    const { recipe, hosts } = job
    const deploymentId = job.tracked.id
    const reports = await parts.remote.cleanPartials({ recipe, hosts, signal, deploymentId })
    const unreached = reports.filter(({ kind }) => kind === 'unreached').map(({ host }) => host)
    const left = unreached.length > 0 ? `; ${unreached.join(', ')} could not be cleaned` : ''
    const description = `The agent was restarted while preparing; nothing was published${left}`
    return {
      kind: 'errored',
      reason: description,
      description,
      host: null,
      rolledBack: [],
      stranded: [],
    }
  })
}

async function withRun(
  parts: Parts,
  job: Job,
  signal: AbortSignal,
  work: (run: Run) => Promise<RunOutcome>,
): Promise<End> {
  const { accepted, tracked, needles } = job
  const log = openLogWriter({ logs: parts.logs, name: accepted.log, needles })
  const logUrl = logUrlOf(parts, accepted)
  try {
    const outcome = await work({
      recipe: limited(job),
      hosts: job.hosts,
      deployment: accepted.deployment,
      allow: job.rule.allow,
      secrets: job.secrets,
      log: log.line,
      journal: (entry) => parts.ledger.record({ ...placeOf(tracked), kind: 'ran', entry }),
      progress: ({ description }) =>
        parts.outbox.progress(tracked, statusOf('in_progress', description, logUrl)),
      signal,
    })
    return endOf(job, outcome)
  } catch (error) {
    return { ending: explain(parts, error), needles }
  } finally {
    await log.end().catch((error: unknown) => parts.log.error({ error }, 'log.lost'))
  }
}

/** The operator's limit counts when it is shorter than the recipe's. */
function limited({ recipe, rule }: Job): Recipe {
  const totalMs = Math.min(recipe.timeouts.totalMs, rule.maxRuntimeMs ?? recipe.timeouts.totalMs)
  return { ...recipe, timeouts: { ...recipe.timeouts, totalMs } }
}

function endOf({ recipe, needles }: Job, outcome: RunOutcome): End {
  const { kind, description } = outcome
  if (kind === 'succeeded') {
    const url = recipe.url === null ? {} : { environment_url: recipe.url }
    return { needles, ending: { kind, description, ...url } }
  }
  const ending = { kind, description } as const
  const hasGoneBack = outcome.rolledBack.length + outcome.stranded.length > 0
  const locks =
    outcome.stranded.length > 0 || (kind === 'failed' && recipe.rollback.locks && hasGoneBack)
  if (!locks) return { needles, ending }
  const lock = { by: 'the agent', reason: description, at: new Date().toISOString() }
  return { needles, ending, lock }
}

/** A Problem is a sentence for people. Anything else is a bug of ours: logged whole, shown as one. */
export function explain({ log }: Parts, error: unknown): End['ending'] {
  if (error instanceof Problem) return { kind: 'errored', description: error.message }
  log.error({ err: error }, 'agent.bug')
  return { kind: 'errored', description: 'The agent failed; its own log says why' }
}
