import type { Command } from 'commander'
import { untilAnswered } from '../../client/client.ts'
import { newCommand } from '../../lib/command-line.ts'
import { parseList, type RepositoryFlags, withRepositoryFlags } from '../flags.ts'
import { oneLine } from '../screen.ts'
import { type Environment, inRepository, type RepositorySession } from '../session.ts'
import { nameOf, type Told } from './model.ts'

type Flags = RepositoryFlags & {
  readonly name?: readonly string[]
  readonly all?: true
  readonly payload?: true
}

/** Less than a request of ours may take in all. */
const waitSeconds = '20'

export function eventsTailCommand(environment: Environment): Command {
  const command = newCommand('tail', {
    summary: 'Follow what happens in a repository, until Ctrl-C',
    examples: [
      'slipway events tail -R octo/docs',
      'slipway events tail --name deployment_status --payload | jq .deployment_status.state',
    ],
  })
    .option('--name <names>', 'These kinds of events, separated by commas', parseList)
    .option('--all', 'Begin with the oldest event that is kept')
    .option('--payload', 'Print the JSON that hooks get, one event a line')
  return withRepositoryFlags(command).action(async (flags: Flags) => {
    await inRepository(environment, flags, (session) => tail(session, flags))
  })
}

type Page = { readonly events: readonly Told[]; readonly cursor: string }

async function tail(session: RepositorySession, { name, all, payload }: Flags): Promise<never> {
  const { own, repository, screen } = session
  const path = `/repos/${repository}/events`
  const patience = {
    signal: new AbortController().signal,
    onProblem: ({ message }: Error) => screen.messages.line(`${message}; trying again`),
  }
  for (let cursor = all ? undefined : 'end'; ; ) {
    const query = { cursor, name: name?.join(','), wait: waitSeconds }
    const ask = async () => (await own.request({ method: 'GET', path, query })) as Page
    const page = await untilAnswered(ask, patience)
    for (const event of page.events) {
      screen.data.line(payload ? JSON.stringify(event.payload) : lineOf(event))
    }
    cursor = page.cursor
  }
}

const lineOf = (event: Told) =>
  [event.created_at, nameOf(event), aboutOf(event), event.guid].join('\t')

function aboutOf({ payload }: Told): string {
  const { deployment, deployment_status, ref } = payload
  if (!deployment) return oneLine(ref ?? '')
  const to = `${deployment.id} to ${oneLine(deployment.environment)}`
  return deployment_status ? `${to}: ${deployment_status.state}` : to
}
