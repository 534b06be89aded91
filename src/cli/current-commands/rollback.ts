import type { Command } from 'commander'
import type { Deployment } from '../../client/model.ts'
import { newCommand } from '../../lib/command-line.ts'
import { Problem } from '../../lib/problem.ts'
import { deploymentShape } from '../deploy.ts'
import {
  type JsonFlag,
  parseId,
  printJson,
  type RepositoryFlags,
  withJsonFlag,
  withRepositoryFlags,
} from '../flags.ts'
import { oneLine, symbolOf } from '../screen.ts'
import {
  type Environment,
  inRepository,
  leaveOnInterrupt,
  type RepositorySession,
  requireToken,
} from '../session.ts'
import { timeoutMsDefault, watchDeployment, withTimeoutFlag } from '../watch.ts'

type Flags = RepositoryFlags & {
  readonly environment?: string
  readonly target?: string
  readonly description?: string
  readonly watch?: true
  readonly timeout?: number
  readonly json?: JsonFlag
}

/** `slipway rollback`, and the same thing as `slipway deployment rollback`. */
export function rollbackCommand(environment: Environment): Command {
  const command = newCommand('rollback', {
    summary: 'Deploy again what an earlier deployment deployed',
    description:
      'Asks for a deployment of an earlier deployment’s commit to its environment: of the one named, or of what was live there before. It waits for the environment’s gates like any other.',
    examples: [
      'slipway rollback --environment production --watch',
      'slipway rollback 7 --description "Payments fail"',
    ],
  })
    .argument('[id]', 'The number of the deployment to go back to', parseId)
    .option('-e, --environment <name>', 'Go back to what was live there before')
    .option('--target <name>', 'Of this part of the environment')
    .option('--description <text>', 'A short description')
    .option('--watch', 'Follow it until it ends')
  const flags = withTimeoutFlag(withJsonFlag(withRepositoryFlags(command)))
  return flags.action(async (id: number | undefined, given: Flags) => {
    await inRepository(environment, given, (session) => rollBack(session, id, given))
  })
}

async function rollBack(
  session: RepositorySession,
  id: number | undefined,
  flags: Flags,
): Promise<void> {
  const { data, messages } = session.screen
  const shape = { output: data, value: async () => undefined }
  if (flags.json === true) return void (await printJson(true, deploymentShape, shape))
  requireToken(session)
  const earlier = id ?? (await findPrevious(session, flags))
  const deployment = await create(session, earlier, flags)
  const { ref, sha, environment } = deployment
  const what = `${oneLine(ref)} (${sha.slice(0, 7)}) to ${oneLine(environment)} in ${session.repository}`
  const done = `Created deployment ${deployment.id}, back to deployment ${earlier}: ${what}`
  messages.line(`${symbolOf('success', messages)} ${done}`)
  if (flags.watch) {
    const output = flags.json === undefined ? data : messages
    const timeoutMs = flags.timeout ?? timeoutMsDefault
    await watchDeployment(session, deployment, { timeoutMs, output })
  } else if (flags.json === undefined) data.line(String(deployment.id))
  await printJson(flags.json, deploymentShape, { output: data, value: async () => deployment })
}

type Current = {
  readonly live: readonly { readonly id: number; readonly target: string | null }[]
}

async function findPrevious(
  { own, repository }: RepositorySession,
  { environment, target }: Flags,
): Promise<number> {
  if (environment === undefined) {
    throw new Problem(
      'bad_request',
      'Back to what? Name a deployment, or pass --environment to go back to what was live there before.',
    )
  }
  const path = `/repos/${repository}/environments/${encodeURIComponent(environment)}/current`
  const { live } = (await own.request({ method: 'GET', path })) as Current
  const place = target === undefined ? environment : `${environment} (${target})`
  const now = live.find((one) => one.target === (target ?? null))
  if (!now)
    throw new Problem('invalid', `Nothing is live in ${place}, so there is nothing to undo.`)
  const about = `/repos/${repository}/deployments/${now.id}`
  const { previous } = (await own.request({ method: 'GET', path: about })) as {
    previous: number | null
  }
  if (previous !== null) return previous
  const first = `Deployment ${now.id} is the first commit that was live in ${place}`
  throw new Problem('invalid', `${first}: there is nothing to go back to.`)
}

async function create(
  { own, repository }: RepositorySession,
  earlier: number,
  { description }: Flags,
): Promise<Deployment> {
  using _leave = leaveOnInterrupt(
    () => `Cancelled. It may have been created: slipway deployment list --repo ${repository}`,
  )
  const path = `/repos/${repository}/deployments/${earlier}/rollback`
  const body = { ...(description !== undefined && { description }) }
  return (await own.request({ method: 'POST', path, body })) as Deployment
}
