import { shellQuote, shellWords } from '../../lib/shell-quote.ts'
import type { Files, Host, Step } from '../recipe/model.ts'
import { recipeOnHost } from '../recipe/recipe.ts'
import type { Ssh, StepResult } from '../ssh/model.ts'
import type { ReleaseName, Run } from './model.ts'
import type { HostOutcome } from './outcome.ts'
import { exits, type FilesPlan } from './plan-files.ts'

/** One run as all its parts see it. */
export type RunContext = Omit<Run, 'hosts'> & {
  readonly ssh: Ssh
  readonly agentId: string
  readonly release: ReleaseName
  /** The commit of `release`. */
  readonly sha: string
  /** What each host had before; filled in by the first look at them. */
  readonly before: Map<string, { readonly release: ReleaseName | null; readonly sha: string }>
  /** Makes every step's folder on a host its own. */
  readonly nextStep: () => number
  readonly hostsAtOnce: number
  /** Aborted by a person; `signal` also by the time limit of the whole run. */
  readonly cancelled: AbortSignal
}

const never = new AbortController().signal
// Ours are short; the upload alone may take long, and it makes no output.
const scriptTimeoutMs = 60_000

export type Script = {
  readonly name: string
  readonly script: string
  readonly input?: AsyncIterable<Buffer>
  readonly timeoutMs?: number
  /** Runs to its end even when the run is cancelled meanwhile: it takes milliseconds. */
  readonly isUninterrupted?: boolean
}

export function filesOn(run: Pick<RunContext, 'recipe'>, host: Host): Files {
  const { strategy } = recipeOnHost(run.recipe, host)
  if (strategy.kind === 'files') return strategy
  throw new Error(`The strategy ${strategy.kind} was not refused`)
}

export const planOn = (run: RunContext, host: Host, release = run.release): FilesPlan => ({
  files: filesOn(run, host),
  deploymentId: run.deployment.id,
  release,
  sha: run.sha,
})

/** Runs one of our own scripts; that it fails is never the software's fault. */
export async function runScript(run: RunContext, host: Host, script: Script): Promise<HostOutcome> {
  const result = await run.ssh.runStep(host, {
    runFolder: runFolderOf(run, host, script.name),
    script: script.script,
    env: {},
    secrets: new Map(),
    input: script.input ?? null,
    timeoutMs: script.timeoutMs ?? scriptTimeoutMs,
    idleTimeoutMs: null,
    killAfterMs: run.recipe.timeouts.killAfterMs,
    signal: script.isUninterrupted ? never : run.signal,
    onLine: (line) => run.log(`[${host.name}] ${line}`),
  })
  return outcomeOf(result, script.name, 'errored')
}

/** Runs a step of the recipe, again as often as it allows. A failure is the software's. */
export async function runRecipeStep(
  run: RunContext,
  host: Host,
  { step, folder }: { readonly step: Step; readonly folder: string },
): Promise<HostOutcome> {
  run.log(`[${host.name}] ${step.name}`)
  for (let attempt = 0; ; attempt += 1) {
    const outcome = await tryRecipeStep(run, host, { step, folder })
    if (outcome.kind !== 'failed' || attempt >= step.retries) return forgiven(run, step, outcome)
    run.log(`[${host.name}] ${outcome.reason}; trying again`)
  }
}

function forgiven(run: RunContext, step: Step, outcome: HostOutcome): HostOutcome {
  if (outcome.kind !== 'failed' || !step.continuesOnError) return outcome
  run.log(`${outcome.reason}; going on (continue_on_error)`)
  return { kind: 'done', output: '' }
}

async function tryRecipeStep(
  run: RunContext,
  host: Host,
  { step, folder }: { readonly step: Step; readonly folder: string },
): Promise<HostOutcome> {
  const env = { ...deployEnv(run, host), ...run.recipe.env.clear, ...step.env }
  const result = await run.ssh.runStep(host, {
    runFolder: runFolderOf(run, host, step.name),
    script: commandOf(step, folder, [...Object.keys(env), ...run.secrets.keys()]),
    env,
    secrets: run.secrets,
    input: null,
    timeoutMs: step.timeoutMs,
    idleTimeoutMs: step.idleTimeoutMs,
    killAfterMs: run.recipe.timeouts.killAfterMs,
    signal: run.signal,
    onLine: (line) => run.log(`[${host.name}] ${line}`),
  })
  return outcomeOf(result, step.name, 'failed')
}

/** The command in its folder, as another user when the operator allowed that. */
export function commandOf(step: Step, folder: string, names: readonly string[]): string {
  const inside = step.dir === null ? folder : `${folder}/${step.dir}`
  const where = step.dir?.startsWith('/') ? step.dir : inside
  const enter = `cd -- ${shellQuote(where)}`
  if (step.as === null) return `${enter}\n${step.run}`
  const sudo = ['sudo', '-n', '-u', step.as, `--preserve-env=${names.join(',')}`]
  return `${enter}\nexec ${shellWords([...sudo, '--', 'sh', '-ec', step.run])}`
}

/** What commands learn about the deployment (agent 2.1), as variables and never as text of a command. */
function deployEnv(run: RunContext, host: Host): Record<string, string> {
  const { deployment, recipe } = run
  const files = filesOn(run, host)
  const env = {
    DEPLOY_SHA: run.sha,
    DEPLOY_REF: deployment.ref,
    DEPLOY_ENVIRONMENT: deployment.environment,
    DEPLOY_ENVIRONMENT_URL: recipe.url ?? '',
    DEPLOY_ID: String(deployment.id),
    DEPLOY_TASK: deployment.task,
    DEPLOY_CREATOR: deployment.creator,
    DEPLOY_HOST: host.name,
    DEPLOY_RELEASE_PATH: `${files.deployTo}/releases/${run.release}`,
    DEPLOY_PREVIOUS_SHA: run.before.get(host.name)?.sha ?? '',
    DEPLOY_PAYLOAD_FILE: `${files.deployTo}/.deploy/runs/${deployment.id}/payload`,
  }
  // The API lets a NUL through in texts; no environment can hold one.
  return Object.fromEntries(Object.entries(env).map(([k, v]) => [k, v.replaceAll('\0', '')]))
}

function runFolderOf(run: RunContext, host: Host, name: string): string {
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
  const { deployTo } = filesOn(run, host)
  return `${deployTo}/.deploy/runs/${run.deployment.id}/${run.nextStep()}-${slug}`
}

const ours = new Set<number>(Object.values(exits))

/** Only the exit code 0 that the host's own file holds is success (invariant 16). */
export function outcomeOf(
  result: StepResult,
  name: string,
  blame: 'failed' | 'errored',
): HostOutcome {
  switch (result.kind) {
    case 'exited':
      if (result.code === 0) return { kind: 'done', output: result.output }
      return { kind: blame, reason: reasonOf(result, name, blame) }
    case 'stopped':
      if (result.why === 'cancelled') return { kind: 'stopped' }
      if (result.why === 'timeout')
        return { kind: blame, reason: `${name} took too long and was killed` }
      if (result.why === 'idle')
        return { kind: blame, reason: `${name} was silent for too long and was killed` }
      return { kind: 'errored', reason: `${name} was killed: the host lost contact with the agent` }
    case 'lost':
      return { kind: 'errored', reason: `${name}: ${result.reason}` }
  }
}

function reasonOf(
  { code, output }: { code: number; output: string },
  name: string,
  blame: 'failed' | 'errored',
): string {
  const said = output
    .split('\n')
    .findLast((line) => line.trim() !== '')
    ?.trim()
  if (blame === 'errored' && ours.has(code) && said) return said
  return `${name} ended with ${code}${blame === 'errored' && said ? `: ${said}` : ''}`
}
