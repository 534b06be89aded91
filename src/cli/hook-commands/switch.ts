import { type Command, Option } from 'commander'
import { newCommand } from '../../lib/command-line.ts'
import { parseId, type RepositoryFlags, withRepositoryFlags } from '../flags.ts'
import { symbolOf } from '../screen.ts'
import { type Environment, inRepository, type RepositorySession, requireToken } from '../session.ts'

export function pauseCommand(environment: Environment): Command {
  const command = newCommand('pause', {
    summary: 'Send a hook nothing for now',
    description:
      'What is waiting for the hook is kept until it is resumed. What happens meanwhile is not sent to it, as on GitHub.',
    examples: ['slipway hooks pause 7 -R octo/docs'],
  }).argument('<id>', 'The number of the hook', parseId)
  return withRepositoryFlags(command).action(async (id: number, flags: RepositoryFlags) => {
    await inRepository(environment, flags, (session) => pause(requireTokenIn(session), id))
  })
}

type ResumeFlags = RepositoryFlags & { readonly backlog: 'all' | 'latest' | 'none' }

export function resumeCommand(environment: Environment): Command {
  const command = newCommand('resume', {
    summary: 'Send a hook what was kept for it, and all that happens from now on',
    examples: ['slipway hooks resume 7 -R octo/docs', 'slipway hooks resume 7 --backlog latest'],
  })
    .argument('<id>', 'The number of the hook', parseId)
    .addOption(
      new Option('--backlog <which>', 'What was kept: all, the latest of each deployment, or none')
        .choices(['all', 'latest', 'none'])
        .default('all'),
    )
  return withRepositoryFlags(command).action(async (id: number, flags: ResumeFlags) => {
    await inRepository(environment, flags, (session) =>
      resume(requireTokenIn(session), id, flags.backlog),
    )
  })
}

function requireTokenIn(session: RepositorySession): RepositorySession {
  requireToken(session)
  return session
}

async function pause({ client, repository, screen }: RepositorySession, id: number) {
  const path = `/repos/${repository}/hooks/${id}`
  await client.request({ method: 'PATCH', path, body: { active: false } })
  const { messages } = screen
  messages.line(`${symbolOf('success', messages)} Hook ${id} of ${repository} is paused`)
}

type Resumed = { readonly resumed: number; readonly cancelled: number }

async function resume({ own, repository, screen }: RepositorySession, id: number, backlog: string) {
  const path = `/repos/${repository}/hooks/${id}/resume`
  const counts = (await own.request({ method: 'POST', path, body: { backlog } })) as Resumed
  const { resumed, cancelled } = counts
  const { messages } = screen
  const dropped = cancelled > 0 ? `, ${cancelled} are not` : ''
  messages.line(`${symbolOf('success', messages)} Hook ${id} of ${repository} is active`)
  if (resumed + cancelled > 0) messages.line(`  ${resumed} kept deliveries are sent${dropped}`)
}
