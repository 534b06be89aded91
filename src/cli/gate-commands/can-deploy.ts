import type { Command } from 'commander'
import { exitCodes, newCommand } from '../../lib/command-line.ts'
import { openCheckout } from '../checkout.ts'
import { chooseRef } from '../deploy.ts'
import {
  type JsonFlag,
  parseContexts,
  printJson,
  type RepositoryFlags,
  withJsonFlag,
  withRepositoryFlags,
} from '../flags.ts'
import { type Cell, type Output, oneLine, printTable, symbolOf } from '../screen.ts'
import { type Environment, inRepository, type RepositorySession } from '../session.ts'
import { type Deployability, environmentPathOf, type Verdict } from './model.ts'

type Flags = RepositoryFlags & {
  readonly ref?: string
  readonly autoMerge: boolean
  readonly requiredContexts?: readonly string[]
  readonly task?: string
  readonly target?: string
  readonly json?: JsonFlag
}

const shape = ['environment', 'ref', 'sha', 'deployable', 'verdicts']

export function canDeployCommand(environment: Environment): Command {
  const command = newCommand('can-deploy', {
    summary: 'Say whether a ref would be deployed, and why not',
    description:
      'Asks the server what a deployment would meet, without making one: a line for each verdict. Exits with 0 where nothing is in the way, and with 1 otherwise.',
    examples: [
      'slipway can-deploy production',
      'slipway can-deploy production --ref v1.2 && slipway deploy -e production --ref v1.2',
    ],
  })
    .argument('<environment>', 'Where to deploy')
    .option('--ref <ref>', 'A branch, tag or commit (default: what is checked out here)')
    .option('--no-auto-merge', 'As if deployed with that')
    .option('--task <name>', 'As if deployed with this task')
    .option('--target <name>', 'Of this part of the environment')
    .option('--required-contexts <list>', 'As if deployed with these, or "none"', parseContexts)
  return withJsonFlag(withRepositoryFlags(command)).action(async (name: string, flags: Flags) => {
    await inRepository(environment, flags, async (session) => {
      const find = async () => {
        const ref = await chooseRef(session, flags, openCheckout(environment))
        return await findDeployability(session, name, { ...flags, ref })
      }
      await canDeploy(session, flags.json, find)
    })
  })
}

async function canDeploy(
  { screen: { data, messages } }: RepositorySession,
  json: JsonFlag,
  find: () => Promise<Deployability>,
): Promise<void> {
  const value = async () => {
    const found = await find()
    if (!found.deployable) process.exitCode = exitCodes.failed
    return found
  }
  if (await printJson(json, shape, { output: data, value })) return
  const found = await value()
  messages.line(summaryOf(found, messages))
  const rows = found.verdicts.map((verdict) => rowOf(verdict, data))
  printTable(data, headers, rows)
}

async function findDeployability(
  { own, repository }: RepositorySession,
  name: string,
  { ref, autoMerge, requiredContexts, task, target }: Flags & { readonly ref: string },
): Promise<Deployability> {
  const path = `${environmentPathOf(repository, name)}/deployability`
  const query = {
    ref,
    auto_merge: String(autoMerge),
    ...(task !== undefined && { task }),
    ...(target !== undefined && { target }),
    ...(requiredContexts && { required_contexts: requiredContexts.join(',') }),
  }
  return (await own.request({ method: 'GET', path, query })) as Deployability
}

function summaryOf({ deployable, ref, sha, environment }: Deployability, output: Output): string {
  const what = `${oneLine(ref)} (${sha.slice(0, 7)})`
  const may = deployable ? 'would be deployed' : 'would not be deployed now'
  return `${symbolOf(deployable ? 'success' : 'failure', output)} ${what} ${may} to ${oneLine(environment)}`
}

const headers = ['VERDICT', 'GATE', 'WHY', 'UNTIL', 'CLEARED BY']
const states = { pass: 'success', wait: 'waiting', refuse: 'failure' } as const

const rowOf = ({ gate, verdict, reason, until, cleared_by }: Verdict, output: Output): Cell[] => [
  {
    shown: `${symbolOf(states[verdict], plain)} ${verdict}`,
    exact: verdict,
    paint: (text) => text.replace(/^\S/u, symbolOf(states[verdict], output)),
  },
  { shown: gate },
  { shown: oneLine(reason) },
  { shown: until ?? '' },
  { shown: cleared_by.map(oneLine).join(', ') },
]

const plain = { paint: (_style: unknown, text: string) => text }
