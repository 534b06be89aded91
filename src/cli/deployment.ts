import type { Command } from 'commander'
import { take } from '../client/client.ts'
import type { Deployment, DeploymentFilter, DeploymentStatus } from '../client/model.ts'
import { newCommand } from '../lib/command-line.ts'
import { toSecond } from '../lib/time.ts'
import { deployCommand, deploymentShape } from './deploy.ts'
import {
  type JsonFlag,
  parseId,
  parseLimit,
  printJson,
  type RepositoryFlags,
  withJsonFlag,
  withRepositoryFlags,
} from './flags.ts'
import { ago, type Cell, type Output, oneLine, printTable, symbolOf } from './screen.ts'
import { type Environment, inRepository, type RepositorySession } from './session.ts'
import {
  dateCell,
  stateCell,
  statusCommand,
  statusesMax,
  statusHeaders,
  statusRow,
} from './status.ts'
import { watchCommand } from './watch.ts'

type JsonFlags = RepositoryFlags & { readonly json?: JsonFlag }

export function deploymentCommand(environment: Environment): Command {
  return newCommand('deployment', { summary: 'Create, list, view and watch deployments' })
    .addCommand(deployCommand(environment, 'create'))
    .addCommand(listCommand(environment))
    .addCommand(viewCommand(environment))
    .addCommand(watchCommand(environment))
    .addCommand(statusCommand(environment))
}

const limitDefault = 30
const listShape = [...deploymentShape, 'state', 'latest_status']
const viewShape = [...listShape, 'statuses']

function listCommand(environment: Environment): Command {
  type Flags = JsonFlags & DeploymentFilter & { limit?: number }
  const command = newCommand('list', {
    summary: 'List deployments, newest first',
    description:
      'Lists deployments, newest first: number, state, environment, ref, commit, task, date.',
    examples: [
      'slipway deployment list --environment production --limit 5',
      'slipway deployment list --json id,state,environment',
    ],
  })
    .option('-e, --environment <name>', 'Only of this environment')
    .option('--ref <ref>', 'Only of this ref, as it was given')
    .option('--sha <sha>', 'Only of this commit, in full')
    .option('--task <name>', 'Only of this task')
    .option('-L, --limit <number>', `How many at most (default ${limitDefault})`, parseLimit)
  return withJsonFlag(withRepositoryFlags(command)).action(async (flags: Flags) => {
    await inRepository(environment, flags, async (session) => {
      const { ref, sha, task, environment: name, limit = limitDefault } = flags
      const filter = Object.entries({ ref, sha, task, environment: name })
      const given = Object.fromEntries(filter.filter(([, value]) => value !== undefined))
      const find = () => take(session.client.listDeployments(session.repository, given), limit)
      await list(session, flags.json, find)
    })
  })
}

async function list(
  session: RepositorySession,
  json: JsonFlag,
  find: () => Promise<Deployment[]>,
): Promise<void> {
  const { data, messages } = session.screen
  const value = async (fields: readonly string[]) =>
    fields.some((field) => ['state', 'latest_status'].includes(field))
      ? await withStates(session, await find())
      : await find()
  if (await printJson(json, listShape, { output: data, value })) return
  const deployments = await withStates(session, await find())
  if (deployments.length === 0) messages.line(`No deployments found in ${session.repository}.`)
  else
    printTable(
      data,
      headers,
      deployments.map((deployment) => rowOf(deployment, data)),
    )
}

type Stated = Deployment & {
  readonly state: string
  readonly latest_status: DeploymentStatus | undefined
}

const asksAtOnce = 8

/** GitHub's deployments have no state (contract 1.2): each one's newest status is asked for, some at once. */
async function withStates(
  session: RepositorySession,
  deployments: readonly Deployment[],
): Promise<Stated[]> {
  const stated: Stated[] = []
  for (let at = 0; at < deployments.length; at += asksAtOnce) {
    const some = deployments.slice(at, at + asksAtOnce)
    stated.push(...(await Promise.all(some.map((deployment) => withState(session, deployment)))))
  }
  return stated
}

async function withState(
  { client, repository }: RepositorySession,
  deployment: Deployment,
): Promise<Stated> {
  const latest = await client.findNewestStatus(repository, deployment.id)
  return { ...deployment, state: stateOf(latest), latest_status: latest }
}

/** No status yet is pending, as GitHub's own pages say (contract 1.10). */
const stateOf = (latest: DeploymentStatus | undefined) => latest?.state ?? 'pending'

const headers = ['ID', 'STATE', 'ENVIRONMENT', 'REF', 'COMMIT', 'TASK', 'CREATED']

function rowOf(deployment: Stated, output: Output): Cell[] {
  const { id, state, environment, ref, sha, task, created_at } = deployment
  const isNamedBySha = sha.startsWith(ref)
  return [
    { shown: String(id) },
    stateCell(state, output),
    { shown: oneLine(environment) },
    { shown: isNamedBySha ? ref.slice(0, 7) : oneLine(ref), exact: oneLine(ref) },
    { shown: sha.slice(0, 7), exact: sha },
    { shown: oneLine(task) },
    dateCell(created_at, output),
  ]
}

function viewCommand(environment: Environment): Command {
  const command = newCommand('view', {
    summary: 'Show a deployment and its statuses',
    examples: ['slipway deployment view 7', 'slipway deployment view 7 --json state,statuses'],
  }).argument('<id>', 'The number of the deployment', parseId)
  return withJsonFlag(withRepositoryFlags(command)).action(async (id: number, flags: JsonFlags) => {
    await inRepository(environment, flags, (session) => view(session, id, flags.json))
  })
}

async function view(session: RepositorySession, id: number, json: JsonFlag): Promise<void> {
  const { client, repository, screen } = session
  const find = async () => {
    const deployment = await client.getDeployment(repository, id)
    const statuses = await take(client.listStatuses(repository, id), statusesMax)
    const [latest] = statuses
    return { ...deployment, state: stateOf(latest), latest_status: latest, statuses }
  }
  if (await printJson(json, viewShape, { output: screen.data, value: find })) return
  const found = await find()
  const { data } = screen
  const separator = data.isTerminal ? '  ' : '\t'
  for (const [name, value] of factsOf(found, data))
    data.line(`${data.isTerminal ? data.paint('bold', name.padEnd(12)) : name}${separator}${value}`)
  if (found.statuses.length === 0) return
  if (data.isTerminal) data.line('')
  const rows = found.statuses.map((status) => statusRow(status, data))
  // Elsewhere than on a terminal every line begins with its name.
  const lead: Cell[] = data.isTerminal ? [] : [{ shown: 'status' }]
  printTable(
    data,
    statusHeaders,
    rows.map((row) => [...lead, ...row]),
  )
}

function factsOf(found: Stated, output: Output): [name: string, value: string][] {
  const { ref, sha, task, environment, description, creator, created_at, latest_status } = found
  const state = output.isTerminal ? `${symbolOf(found.state, output)} ${found.state}` : found.state
  const facts: [string, string | null | undefined][] = [
    ['deployment', String(found.id)],
    ['state', state],
    ['environment', environment],
    ['ref', ref],
    ['commit', sha],
    ['task', task],
    ['description', description],
    ['creator', creator?.login],
    ['created', output.isTerminal ? ago(created_at, new Date()) : toSecond(created_at)],
    ['site', latest_status?.environment_url],
    ['log', latest_status?.log_url],
  ]
  return facts.flatMap(([name, value]) =>
    value ? [[name, name === 'state' ? value : oneLine(value)]] : [],
  )
}
