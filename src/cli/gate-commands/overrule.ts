import type { Command } from 'commander'
import { newCommand } from '../../lib/command-line.ts'
import { parseId, type RepositoryFlags, withRepositoryFlags } from '../flags.ts'
import { oneLine, symbolOf } from '../screen.ts'
import { type Environment, inRepository, requireToken } from '../session.ts'
import type { Deployment } from './model.ts'

type Flags = RepositoryFlags & { readonly reason: string }

/** `slipway deployment break-glass`: past locks and freezes. */
export const breakGlassCommand = (environment: Environment): Command =>
  overruleCommand(environment, 'break-glass', {
    summary: 'Let a deployment pass locks and freezes',
    description:
      'Lets a deployment that waits pass the locks and freezes of its environment, and no other gate. For administrators; the reason is kept in the audit log.',
    examples: ['slipway deployment break-glass 7 --reason "The site is down"'],
  })

/** `slipway deployment overtake`: before its turn. */
export const overtakeCommand = (environment: Environment): Command =>
  overruleCommand(environment, 'overtake', {
    summary: 'Let a deployment go before its turn',
    description:
      'Lets a deployment go that waits for another in its environment’s queue, and for no other gate. For administrators; the reason is kept in the audit log.',
    examples: ['slipway deployment overtake 7 --reason "The site is down"'],
  })

function overruleCommand(
  environment: Environment,
  name: 'break-glass' | 'overtake',
  about: Parameters<typeof newCommand>[1],
): Command {
  const command = newCommand(name, about)
    .argument('<id>', 'The number of the deployment', parseId)
    .requiredOption('--reason <text>', 'Why')
  return withRepositoryFlags(command).action(async (id: number, { reason, ...flags }: Flags) => {
    await inRepository(environment, flags, async (session) => {
      requireToken(session)
      const { own, repository, screen } = session
      const path = `/repos/${repository}/deployments/${id}/${name}`
      const made = (await own.request({ method: 'POST', path, body: { reason } })) as Deployment
      const { messages } = screen
      const what = `Overruled for deployment ${made.id} to ${oneLine(made.environment)}`
      messages.line(`${symbolOf('success', messages)} ${what}: slipway deployment view ${made.id}`)
    })
  })
}
