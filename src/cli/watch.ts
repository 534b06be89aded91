import { setTimeout as wait } from 'node:timers/promises'
import type { Command } from 'commander'
import { untilAnswered } from '../client/client.ts'
import type { Deployment, DeploymentStatus } from '../client/model.ts'
import { exitCodes, newCommand } from '../lib/command-line.ts'
import { decideStanding, pollWaitMs, type Standing } from './decide-outcome.ts'
import { parseId, parseTimeout, type RepositoryFlags, withRepositoryFlags } from './flags.ts'
import { openProgress, type Progress } from './progress.ts'
import type { Output } from './screen.ts'
import {
  type Environment,
  inRepository,
  leaveOnInterrupt,
  type RepositorySession,
} from './session.ts'

export const timeoutMsDefault = 3_600_000

export const withTimeoutFlag = (command: Command): Command =>
  command.option(
    '--timeout <time>',
    'Stop waiting after this long (30s, 10m; default 1h); the deployment goes on',
    parseTimeout,
  )

export function watchCommand(environment: Environment): Command {
  type Flags = RepositoryFlags & { timeout?: number }
  const command = newCommand('watch', {
    summary: 'Follow a deployment until it ends',
    description:
      'Follows a deployment until it ends. The exit code tells how: 0 it succeeded, 3 it did not, 5 it had not ended when --timeout did.',
    examples: ['slipway deployment watch 7', 'slipway deployment watch 7 --timeout 10m'],
  }).argument('<id>', 'The number of the deployment', parseId)
  return withTimeoutFlag(withRepositoryFlags(command)).action(async (id: number, flags: Flags) => {
    await inRepository(environment, flags, async (session) => {
      const deployment = await session.client.getDeployment(session.repository, id)
      const timeoutMs = flags.timeout ?? timeoutMsDefault
      await watchDeployment(session, deployment, { timeoutMs, output: session.screen.data })
    })
  })
}

type Watching = {
  readonly timeoutMs: number
  /** Where the statuses go. */
  readonly output: Output
}

/** Follows the statuses and sets the exit code by how the deployment ended, or that it did not. */
export async function watchDeployment(
  session: RepositorySession,
  deployment: Deployment,
  { timeoutMs, output }: Watching,
): Promise<void> {
  const again = `slipway deployment watch ${deployment.id} --repo ${session.repository}`
  const { messages } = session.screen
  using progress = openProgress(output, deployment)
  using _leave = leaveOnInterrupt(() => {
    progress.clear()
    return `Deployment ${deployment.id} goes on. Watch it again: ${again}`
  })
  const deadline = AbortSignal.timeout(timeoutMs)
  const standing = await Promise.race([
    follow(session, { deployment, progress, deadline }),
    passing(deadline),
  ])
  progress.end(standing)
  process.exitCode = codes[standing]
  if (standing !== 'running') return
  const hint = progress.isEmpty ? ' Nobody has reported on it: does a hook or an agent listen?' : ''
  messages.line(
    `${messages.paint('yellow', '!')} Deployment ${deployment.id} has not ended in time and goes on.${hint}`,
  )
  messages.line(`  Watch it again: ${again}`)
}

const codes: Readonly<Record<Standing, number>> = {
  succeeded: exitCodes.done,
  failed: exitCodes.deploymentFailed,
  replaced: exitCodes.deploymentFailed,
  running: exitCodes.stillWaiting,
}

const passing = (deadline: AbortSignal): Promise<Standing> =>
  new Promise((resolve) => {
    deadline.addEventListener('abort', () => resolve('running'))
  })

type Following = {
  readonly deployment: Deployment
  readonly progress: Progress
  readonly deadline: AbortSignal
}

/** Shows each status once, oldest first, until the newest one is an end. */
async function follow(
  { client, repository, screen }: RepositorySession,
  { deployment, progress, deadline }: Following,
): Promise<Standing> {
  const onProblem = ({ message }: Error, waitMs: number) =>
    progress.note(screen.messages, `${message}; trying again in ${Math.ceil(waitMs / 1000)} s`)
  let etag: string | undefined
  let shown = 0
  for (let quietLooks = 0; !deadline.aborted; quietLooks += 1) {
    const polled = await untilAnswered(() => client.pollStatuses(repository, deployment.id, etag), {
      signal: deadline,
      onProblem,
    })
    if (polled.kind === 'changed') {
      etag = polled.etag
      const fresh = polled.value.filter(({ id }) => id > shown)
      for (const status of fresh.toReversed()) progress.show(status)
      if (fresh.length > 0) quietLooks = 0
      shown = Math.max(shown, ...fresh.map(({ id }) => id))
      const standing = standingOf(polled.value)
      if (standing !== 'running') return standing
    }
    // The deadline ends the wait; the race has then been decided.
    await wait(pollWaitMs(quietLooks), undefined, { signal: deadline }).catch(() => undefined)
  }
  return 'running'
}

const standingOf = (statuses: readonly DeploymentStatus[]): Standing =>
  decideStanding(statuses.map(({ state }) => state))
