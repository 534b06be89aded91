import { type Command, Option } from 'commander'
import { take } from '../client/client.ts'
import type { DeploymentStatus, NewDeploymentStatus } from '../client/model.ts'
import { newCommand } from '../lib/command-line.ts'
import { toSecond } from '../lib/time.ts'
import {
  type JsonFlag,
  parseId,
  printJson,
  type RepositoryFlags,
  withJsonFlag,
  withRepositoryFlags,
} from './flags.ts'
import { ago, type Cell, type Output, oneLine, printTable, symbolOf } from './screen.ts'
import { type Environment, inRepository, type RepositorySession, requireToken } from './session.ts'

type JsonFlags = RepositoryFlags & { readonly json?: JsonFlag }

export const statusCommand = (environment: Environment): Command =>
  newCommand('status', { summary: "A deployment's statuses" })
    .addCommand(statusSetCommand(environment))
    .addCommand(statusListCommand(environment))

export const statusesMax = 1000

const statusShape = [
  'id',
  'node_id',
  'url',
  'state',
  'description',
  'environment',
  'log_url',
  'environment_url',
  'target_url',
  'creator',
  'created_at',
  'updated_at',
  'deployment_url',
  'repository_url',
]

/** A state with its symbol, in another word where there is one. */
export const stateCell = (state: string, output: Output, word = state): Cell => ({
  shown: `${symbolOf(state, plain)} ${word}`,
  exact: word,
  paint: (text) => text.replace(/^\S/u, symbolOf(state, output)),
})

const plain = { paint: (_style: unknown, text: string) => text }

export const dateCell = (iso: string, { paint }: Output): Cell => ({
  shown: ago(iso, new Date()),
  exact: toSecond(iso),
  paint: (text) => paint('gray', text),
})

export const statusHeaders = ['STATE', 'DESCRIPTION', 'DATE', 'LOG']

export const statusRow = (
  { state, description, created_at, log_url }: DeploymentStatus,
  output: Output,
): Cell[] => [
  stateCell(state, output),
  { shown: oneLine(description) },
  dateCell(created_at, output),
  { shown: oneLine(log_url ?? '') },
]

function statusListCommand(environment: Environment): Command {
  const command = newCommand('list', {
    summary: "List a deployment's statuses, newest first",
    examples: ['slipway deployment status list 7 --json state,description'],
  }).argument('<id>', 'The number of the deployment', parseId)
  return withJsonFlag(withRepositoryFlags(command)).action(async (id: number, flags: JsonFlags) => {
    await inRepository(environment, flags, async ({ client, repository, screen }) => {
      const find = () => take(client.listStatuses(repository, id), statusesMax)
      const { data, messages } = screen
      if (await printJson(flags.json, statusShape, { output: data, value: find })) return
      const statuses = await find()
      if (statuses.length === 0) messages.line(`Deployment ${id} has no statuses yet.`)
      else
        printTable(
          data,
          statusHeaders,
          statuses.map((status) => statusRow(status, data)),
        )
    })
  })
}

const states = [
  'error',
  'failure',
  'inactive',
  'in_progress',
  'queued',
  'pending',
  'success',
] as const

type StatusFlags = JsonFlags & {
  readonly state: NewDeploymentStatus['state']
  readonly description?: string
  readonly logUrl?: string
  readonly environmentUrl?: string
  readonly environment?: string
  readonly autoInactive: boolean
}

function statusSetCommand(environment: Environment): Command {
  const command = newCommand('set', {
    summary: "Set a deployment's state by a new status",
    examples: [
      'slipway deployment status set 7 --state in_progress --log-url https://ci.example.com/7',
      'slipway deployment status set 7 --state success --environment-url https://example.com',
    ],
  })
    .argument('<id>', 'The number of the deployment', parseId)
    .addOption(new Option('--state <state>', 'The new state').choices(states).makeOptionMandatory())
    .option('--description <text>', 'What happened, in at most 140 characters')
    .option('--log-url <url>', 'Where its log is')
    .option('--environment-url <url>', 'Where the site is')
    .option('-e, --environment <name>', 'The environment, if it became another one')
    .option('--no-auto-inactive', 'A success leaves earlier deployments as they are')
  return withJsonFlag(withRepositoryFlags(command)).action(
    async (id: number, flags: StatusFlags) => {
      await inRepository(environment, flags, (session) => setStatus(session, id, flags))
    },
  )
}

async function setStatus(session: RepositorySession, id: number, flags: StatusFlags) {
  const { client, repository, screen } = session
  const { state, description, logUrl, environmentUrl, environment, autoInactive, json } = flags
  const create = () => {
    requireToken(session)
    return client.createStatus(repository, id, {
      state,
      auto_inactive: autoInactive,
      ...(description !== undefined && { description }),
      ...(logUrl !== undefined && { log_url: logUrl }),
      ...(environmentUrl !== undefined && { environment_url: environmentUrl }),
      ...(environment !== undefined && { environment }),
    })
  }
  if (await printJson(json, statusShape, { output: screen.data, value: create })) return
  await create()
  const { messages } = screen
  messages.line(`${symbolOf(state, messages)} Deployment ${id} of ${repository} is now ${state}`)
}
