import type { Command } from 'commander'
import type { AdminRequest } from '../admin/model.ts'
import type { Config } from '../config.ts'
import { newCommand } from '../lib/command-line.ts'
import { type ConfigOf, dataFlag } from './flags.ts'

/** Loaded when needed, as the other commands do. */
const ask = async (config: Config, request: AdminRequest) =>
  await (await import('./ask.ts')).ask(config, request)

/** Who signs in as whom, where people sign in with accounts that they have elsewhere. */
export function linkCommands(configOf: ConfigOf): Command[] {
  const link = newCommand('link', {
    summary: 'Link a user to an account at the OpenID Connect provider',
    description:
      'Whoever signs in there with this subject is signed in here as the user. The page that refuses somebody who is not linked says their subject.',
    examples: ['slipway user link octo --subject 248289761001'],
  })
    .argument('<name>', 'The login')
    .requiredOption('--subject <text>', 'Who it is there: the claim "sub"')
    .option(...dataFlag)
    .action(async (login: string, { data, subject }: { data?: string; subject: string }) => {
      await ask(configOf({ data }), { kind: 'link_identity', login, subject })
    })
  const unlink = newCommand('unlink', {
    summary: 'Undo that',
    description: 'Nobody signs in as the user from there any more; every browser is signed out.',
    examples: ['slipway user unlink octo'],
  })
    .argument('<name>', 'The login')
    .option(...dataFlag)
    .action(async (login: string, { data }: { data?: string }) => {
      await ask(configOf({ data }), { kind: 'unlink_identity', login })
    })
  return [link, unlink]
}
