import type { Command } from 'commander'
import { parseId, type RepositoryFlags, withRepositoryFlags } from '../cli/flags.ts'
import { symbolOf } from '../cli/screen.ts'
import { type Environment, inRepository, requireToken } from '../cli/session.ts'
import { newCommand } from '../lib/command-line.ts'

export const pauseCommand = (environment: Environment): Command =>
  switchCommand(environment, {
    name: 'pause',
    active: false,
    summary: 'Send a hook nothing for now; what happens meanwhile is kept for it',
    done: 'is paused: what happens is kept for it',
  })

export const resumeCommand = (environment: Environment): Command =>
  switchCommand(environment, {
    name: 'resume',
    active: true,
    summary: 'Send a hook what was kept for it, and all that happens from now on',
    done: 'is active',
  })

type Switch = {
  readonly name: string
  readonly active: boolean
  readonly summary: string
  readonly done: string
}

function switchCommand(environment: Environment, { name, active, summary, done }: Switch): Command {
  const examples = [`slipway hooks ${name} 7 -R octo/docs`]
  const command = newCommand(name, { summary, examples }).argument(
    '<id>',
    'The number of the hook',
    parseId,
  )
  return withRepositoryFlags(command).action(async (id: number, flags: RepositoryFlags) => {
    await inRepository(environment, flags, async (session) => {
      requireToken(session)
      const { client, repository, screen } = session
      const path = `/repos/${repository}/hooks/${id}`
      await client.request({ method: 'PATCH', path, body: { active } })
      const { messages } = screen
      messages.line(`${symbolOf('success', messages)} Hook ${id} of ${repository} ${done}`)
    })
  })
}
