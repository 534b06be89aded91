import type { Command } from 'commander'
import type { CreatedDeployment, Deployment, NewDeployment } from '../client/model.ts'
import { newCommand } from '../lib/command-line.ts'
import { Problem } from '../lib/problem.ts'
import { type Checkout, openCheckout } from './checkout.ts'
import { decideMissing } from './decide-outcome.ts'
import {
  type JsonFlag,
  parseContexts,
  parseRepository,
  printJson,
  type RepositoryFlags,
  readPayload,
  withJsonFlag,
  withRepositoryFlags,
} from './flags.ts'
import { oneLine, symbolOf } from './screen.ts'
import {
  type Environment,
  inRepository,
  leaveOnInterrupt,
  type RepositorySession,
  requireToken,
} from './session.ts'
import { timeoutMsDefault, watchDeployment, withTimeoutFlag } from './watch.ts'

type Flags = RepositoryFlags & {
  readonly ref?: string
  readonly environment: string
  readonly task?: string
  readonly payload?: string
  readonly description?: string
  readonly autoMerge: boolean
  readonly requiredContexts?: readonly string[]
  readonly production?: boolean
  readonly transient?: true
  readonly watch?: true
  readonly timeout?: number
  readonly json?: JsonFlag
}

/** The members of a deployment that `--json` may name. */
export const deploymentShape = [
  'id',
  'node_id',
  'url',
  'sha',
  'ref',
  'task',
  'environment',
  'original_environment',
  'description',
  'payload',
  'creator',
  'created_at',
  'updated_at',
  'transient_environment',
  'production_environment',
  'statuses_url',
  'repository_url',
] as const

/** `slipway deploy`, and the same thing as `slipway deployment create`. */
export function deployCommand(environment: Environment, name: 'deploy' | 'create'): Command {
  const line = name === 'deploy' ? 'slipway deploy' : 'slipway deployment create'
  const command = newCommand(name, {
    summary: name === 'deploy' ? 'Deploy a ref to an environment' : 'Create a deployment',
    description:
      'Asks for a deployment of a ref to an environment, and prints its number. Whoever listens on the server carries it out; with --watch this command waits for the end and tells it by its exit code.',
    examples: [
      `${line} --environment staging`,
      `${line} octo/docs --ref main --environment production --watch`,
      `${line} -e production --ref v1.2 --required-contexts none --payload @params.json`,
    ],
  }).argument('[repo]', 'The repository as owner/name (or --repo)', parseRepository)
  const flags = withTimeoutFlag(withJsonFlag(withRepositoryFlags(withCreateFlags(command))))
  return flags.action(async (repo: string | undefined, given: Flags) => {
    const named = repo ?? given.repo
    const flags = { ...given, ...(named && { repo: named }) }
    await inRepository(environment, flags, async (session) => {
      await deploy(session, flags, openCheckout(environment))
    })
  })
}

const withCreateFlags = (command: Command): Command =>
  command
    .requiredOption('-e, --environment <name>', 'Where to deploy, e.g. production')
    .option('--ref <ref>', 'A branch, tag or commit (default: what is checked out here)')
    .option('--task <name>', 'What to do (default "deploy")')
    .option(
      '--payload <json>',
      'Data for whoever deploys: JSON text, @file, or - for standard input',
    )
    .option('--description <text>', 'A short description')
    .option('--no-auto-merge', 'Do not merge the default branch into a ref that is behind it')
    .option(
      '--required-contexts <list>',
      'Commit status contexts that must have succeeded, or "none" (default: all there are)',
      parseContexts,
    )
    .option('--production', 'People use this environment directly (default for "production")')
    .option('--no-production', 'They do not')
    .option('--transient', 'The environment is made for this deployment and will be gone')
    .option('--watch', 'Follow it until it ends')

async function deploy(session: RepositorySession, flags: Flags, here: Checkout): Promise<void> {
  const { data, messages } = session.screen
  if (flags.json === true) {
    await printJson(true, deploymentShape, { output: data, value: async () => undefined })
    return
  }
  requireToken(session)
  if (flags.tokenStdin && flags.payload === '-')
    throw new Problem('bad_request', 'Standard input can hold the token or the payload, not both')
  const body = await bodyOf(flags, await chooseRef(session, flags, here))
  const deployment = await createDeployment(session, body)
  const { id, ref, sha, environment } = deployment
  const what = `${oneLine(ref)} (${sha.slice(0, 7)}) to ${oneLine(environment)} in ${session.repository}`
  messages.line(`${symbolOf('success', messages)} Created deployment ${id}: ${what}`)
  if (!flags.watch) {
    if (flags.json === undefined) data.line(String(id))
    messages.line(`  Watch it: slipway deployment watch ${id} --repo ${session.repository}`)
  }
  if (flags.watch) {
    const output = flags.json === undefined ? data : messages
    await watchDeployment(session, deployment, {
      timeoutMs: flags.timeout ?? timeoutMsDefault,
      output,
    })
  }
  await printJson(flags.json, deploymentShape, { output: data, value: async () => deployment })
}

/** What is checked out here says nothing about another repository. */
export async function chooseRef(
  { repository }: RepositorySession,
  { ref }: Pick<Flags, 'ref'>,
  here: Checkout,
): Promise<string> {
  if (ref !== undefined) return ref
  const isHere = (await here.findRepository())?.toLowerCase() === repository.toLowerCase()
  const found = isHere ? await here.findRef() : undefined
  if (found !== undefined) return found
  throw new Problem(
    'bad_request',
    `Which ref? Pass --ref: this folder is not a checkout of ${repository} with a commit in it`,
  )
}

async function bodyOf(flags: Flags, ref: string): Promise<NewDeployment> {
  const { environment, task, description, requiredContexts, production, transient } = flags
  return {
    ref,
    environment,
    auto_merge: flags.autoMerge,
    ...(task !== undefined && { task }),
    ...(description !== undefined && { description }),
    ...(requiredContexts && { required_contexts: [...requiredContexts] }),
    ...(production !== undefined && { production_environment: production }),
    ...(transient && { transient_environment: true }),
    ...(flags.payload !== undefined && { payload: await readPayload(flags.payload) }),
  }
}

/** Asks once more when the answer was that the default branch was merged first (contract 1.6). */
async function createDeployment(
  { client, repository, screen }: RepositorySession,
  body: NewDeployment,
): Promise<Deployment> {
  using _leave = leaveOnInterrupt(
    () => `Cancelled. It may have been created: slipway deployment list --repo ${repository}`,
  )
  const first = await client.createDeployment(repository, body)
  if (first.kind === 'created') return first.deployment
  if (first.kind !== 'merged') throw conflict(first, body)
  const { messages } = screen
  messages.line(`${messages.paint('yellow', '!')} ${oneLine(first.message)} Asking again.`)
  const second = await client.createDeployment(repository, body)
  if (second.kind === 'created') return second.deployment
  throw conflict(second, body)
}

type Conflict = Exclude<CreatedDeployment, { kind: 'created' }>

function conflict(answer: Conflict, { required_contexts, ref }: NewDeployment): Problem {
  const said = oneLine(answer.message)
  switch (answer.kind) {
    case 'merged':
      return new Problem('conflict', `${said} The default branch moved again; run this once more.`)
    case 'merge_conflict':
      return new Problem(
        'conflict',
        `${said} Merge the default branch into ${ref} yourself, or pass --no-auto-merge to deploy ${ref} as it is.`,
      )
    case 'contexts_failed': {
      const missing = decideMissing(required_contexts, answer.contexts)
      const lines = missing.map(
        ({ context, state }) => `  ${signOf(state)} ${oneLine(context)}: ${oneLine(state)}`,
      )
      const hint = '  --required-contexts none deploys without looking at them.'
      return new Problem('conflict', [said, ...lines, hint].join('\n'))
    }
  }
}

const signOf = (state: string) => (['pending', 'never reported'].includes(state) ? '-' : '✗')
