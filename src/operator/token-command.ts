import type { Command } from 'commander'
import type { AdminRequest } from '../admin/model.ts'
import type { Config } from '../config.ts'
import { newCommand } from '../lib/command-line.ts'
import { Problem } from '../lib/problem.ts'
import { type ConfigOf, dataFlag, listIn, numberIn } from './flags.ts'

/** Loaded when needed, as the other commands do. */
const ask = async (config: Config, request: AdminRequest) =>
  await (await import('./ask.ts')).ask(config, request)

/** Everything about personal access tokens that whoever runs the server does. */
export function tokenCommand(configOf: ConfigOf): Command {
  return newCommand('token', { summary: 'Manage personal access tokens' })
    .addCommand(createCommand(configOf))
    .addCommand(listCommand(configOf))
    .addCommand(revokeCommand(configOf))
}

type Given = {
  data?: string
  user: string
  scopes?: string
  permissions?: string
  owner?: string
  repository?: string[]
  allRepositories?: true
  note: string
  expires?: string
}

function createCommand(configOf: ConfigOf): Command {
  return newCommand('create', {
    summary: 'Make a personal access token',
    description:
      'Makes a personal access token and prints it, alone, on standard output. With --scopes it is a classic one; with --permissions a fine-grained one, for the repositories of one owner.',
    examples: [
      'slipway token create --user octo --scopes repo',
      'TOKEN=$(slipway token create --user hubot --scopes repo_deployment --expires 90d)',
      'slipway token create --user octo --permissions deployments=write,contents=read --repository octo/hello',
      'slipway token create --user octo --permissions deployments=write,members=read --owner acme --all-repositories --expires 90d',
    ],
  })
    .requiredOption('--user <name>', 'Whose token it is')
    .option('--scopes <list>', 'Comma-separated, e.g. repo_deployment,repo:status')
    .option('--permissions <list>', 'Comma-separated, e.g. deployments=write,contents=read')
    .option('--owner <name>', 'Whose repositories: the user, or an organization of theirs')
    .option('--repository <owner/name...>', 'The repositories that the permissions are for')
    .option('--all-repositories', 'The permissions are for all that the owner has')
    .option('--note <text>', 'What it is for', '')
    .option('--expires <when>', 'In days or hours (90d, 12h), or a date')
    .option(...dataFlag)
    .action(async (given: Given) => await ask(configOf({ data: given.data }), requestOf(given)))
}

function requestOf(given: Given): AdminRequest {
  const { user, scopes, permissions, note, expires } = given
  const expires_at = expires === undefined ? null : expiryOf(expires)
  const { owner = null, repository: repositories = [], allRepositories = false } = given
  if (permissions === undefined) {
    if (owner !== null || repositories.length > 0 || allRepositories) {
      const message = '--owner, --repository and --all-repositories go with --permissions'
      throw new Problem('invalid', message)
    }
    return { kind: 'create_token', user, scopes: listIn(scopes ?? ''), note, expires_at }
  }
  if (scopes !== undefined) {
    throw new Problem('invalid', 'A token has --scopes or --permissions, not both')
  }
  return {
    kind: 'create_fine_grained_token',
    user,
    permissions: listIn(permissions),
    owner,
    repositories,
    for_all: allRepositories,
    note,
    expires_at,
  }
}

function expiryOf(when: string): string {
  const [, amount, unit] = /^(\d{1,5})([dh])$/.exec(when) ?? []
  const hours = Number(amount) * (unit === 'd' ? 24 : 1)
  const time = unit ? Date.now() + hours * 3_600_000 : Date.parse(when)
  if (Number.isFinite(time) && time > Date.now()) return new Date(time).toISOString()
  throw new Problem('invalid', `--expires cannot be "${when}": use 90d, 12h, or a date to come`)
}

function listCommand(configOf: ConfigOf): Command {
  return newCommand('list', {
    summary: "List a user's tokens",
    description:
      'Lists tokens: id, last characters, scopes or permissions, note, created, expires, last used.',
  })
    .requiredOption('--user <name>', 'Whose tokens')
    .option(...dataFlag)
    .action(async ({ data, user }: { data?: string; user: string }) => {
      await ask(configOf({ data }), { kind: 'list_tokens', user })
    })
}

function revokeCommand(configOf: ConfigOf): Command {
  return newCommand('revoke', {
    summary: 'Revoke a token',
    description: 'Revokes a token for good, with the deploy keys that it added.',
  })
    .argument('<id>', 'The number that token list shows')
    .option(...dataFlag)
    .action(async (id: string, { data }: { data?: string }) => {
      const number = numberIn(id, "a token's number")
      await ask(configOf({ data }), { kind: 'revoke_token', id: number })
    })
}
