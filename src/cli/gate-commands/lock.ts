import { type Command, InvalidArgumentError } from 'commander'
import { newCommand } from '../../lib/command-line.ts'
import { durationMs } from '../../lib/duration.ts'
import { type RepositoryFlags, withRepositoryFlags } from '../flags.ts'
import { oneLine, symbolOf } from '../screen.ts'
import { type Environment, inRepository, requireToken } from '../session.ts'
import { environmentPathOf, type Lock } from './model.ts'

type LockFlags = RepositoryFlags & { readonly reason: string; readonly until?: Date }

export function lockCommand(environment: Environment): Command {
  const command = newCommand('lock', {
    summary: 'Lock an environment',
    description:
      'Has every deployment to an environment wait until it is unlocked, or until a time: whoever deploys is told by whom and why.',
    examples: [
      'slipway lock production --reason "Moving the database" --until 2h',
      'slipway lock production --reason Christmas --until 2026-12-27T08:00:00Z',
    ],
  })
    .argument('<environment>', 'What to lock')
    .requiredOption('--reason <text>', 'Why')
    .option('--until <time>', 'When it ends: 30m, 2h, 3d or a time with its zone', parseUntil)
  return withRepositoryFlags(command).action(async (name: string, flags: LockFlags) => {
    await inRepository(environment, flags, async (session) => {
      requireToken(session)
      const { own, repository, screen } = session
      const body = { reason: flags.reason, expires_at: flags.until?.toISOString() ?? null }
      const path = `${environmentPathOf(repository, name)}/lock`
      const lock = (await own.request({ method: 'PUT', path, body })) as Lock
      const { messages } = screen
      const until = lock.expires_at ? ` until ${lock.expires_at}` : ''
      messages.line(`${symbolOf('success', messages)} Locked ${oneLine(lock.environment)}${until}`)
    })
  })
}

export function unlockCommand(environment: Environment): Command {
  const command = newCommand('unlock', {
    summary: 'Unlock an environment',
    description: 'Lets go what waits for nothing else than the lock.',
    examples: ['slipway unlock production'],
  }).argument('<environment>', 'What to unlock')
  return withRepositoryFlags(command).action(async (name: string, flags: RepositoryFlags) => {
    await inRepository(environment, flags, async (session) => {
      requireToken(session)
      const { own, repository, screen } = session
      await own.request({ method: 'DELETE', path: `${environmentPathOf(repository, name)}/lock` })
      screen.messages.line(`${symbolOf('success', screen.messages)} Unlocked ${oneLine(name)}`)
    })
  })
}

/** A duration from now, or a time that says where. */
function parseUntil(text: string): Date {
  if (/^\d{1,4}(m|h|d)$/.test(text)) return new Date(Date.now() + durationMs(text))
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d.*(?:Z|[+-]\d\d:\d\d)$/.test(text)
  const at = new Date(isTime ? text : Number.NaN)
  if (!Number.isNaN(at.getTime())) return at
  throw new InvalidArgumentError('Use 30m, 2h, 3d or a time such as 2026-12-27T08:00:00Z.')
}
