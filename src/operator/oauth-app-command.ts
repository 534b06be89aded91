import type { Command } from 'commander'
import type { AdminRequest } from '../admin/model.ts'
import { newCommand } from '../lib/command-line.ts'

/** Puts a request to the server of this data folder and prints the answer. */
type Put = (flags: { data?: string }, request: AdminRequest) => Promise<void>

type Created = {
  readonly data?: string
  readonly owner: string
  readonly callbackUrl: string
  readonly url?: string
  readonly deviceFlow?: true
}

/** The programs that people may let act for them. */
export function oauthAppCommand(
  put: Put,
  dataFlag: readonly [flag: string, description: string],
): Command {
  const create = newCommand('create', {
    summary: 'Register an OAuth app',
    description:
      'Registers an OAuth app and prints its client id and its client secret, a line each. The secret is shown this once.',
    examples: [
      'slipway oauth-app create "Deploy board" --owner octo --callback-url https://board.example.com/callback',
    ],
  })
    .argument('<name>', 'What people see when it asks them')
    .requiredOption('--owner <name>', 'The user or organization that answers for it')
    .requiredOption('--callback-url <url>', 'Where it takes people back to')
    .option('--url <url>', 'Its own page (default: where the callback is)')
    .option('--device-flow', 'It may run where there is no browser')
    .option(...dataFlag)
    .action(async (name: string, { data, owner, callbackUrl, url, deviceFlow }: Created) => {
      await put(data === undefined ? {} : { data }, {
        kind: 'create_oauth_app',
        name,
        owner,
        callback_url: callbackUrl,
        url: url ?? null,
        device_flow: deviceFlow ?? false,
      })
    })
  const list = newCommand('list', {
    summary: 'List OAuth apps',
    description: 'Lists OAuth apps: client id, name, owner, callback, device flow, created.',
  })
    .option(...dataFlag)
    .action((flags: { data?: string }) => put(flags, { kind: 'list_oauth_apps' }))
  return newCommand('oauth-app', { summary: 'Manage OAuth apps' })
    .addCommand(create)
    .addCommand(list)
    .addCommand(
      byClientId('reset-secret', 'Replace the client secret', 'reset_oauth_app_secret', {
        put,
        dataFlag,
      }),
    )
    .addCommand(
      byClientId('delete', 'Delete an OAuth app with all its tokens', 'delete_oauth_app', {
        put,
        dataFlag,
      }),
    )
}

type Means = { readonly put: Put; readonly dataFlag: readonly [string, string] }

const byClientId = (
  name: string,
  summary: string,
  kind: 'reset_oauth_app_secret' | 'delete_oauth_app',
  { put, dataFlag }: Means,
): Command =>
  newCommand(name, { summary })
    .argument('<client-id>', 'As oauth-app list shows it')
    .option(...dataFlag)
    .action((client_id: string, flags: { data?: string }) => put(flags, { kind, client_id }))
