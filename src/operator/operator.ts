import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import type { AdminRequest } from '../admin/model.ts'
import { type Config, readConfig, settingNames } from '../config.ts'
import { newCommand } from '../lib/command-line.ts'
import { appCommand } from './app-commands.ts'
import { auditCommand } from './audit-command.ts'
import { type ConfigOf, dataFlag, type Flags } from './flags.ts'
import { linkCommands } from './link-commands.ts'
import { oauthAppCommand } from './oauth-app-command.ts'
import { tokenCommand } from './token-command.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The commands of whoever runs the server. `environment` is the process's own, read once by main. */
export function operatorCommands(environment: Environment): Command[] {
  const configOf = (flags: Flags) => readConfig(flags, environment).config
  return [
    serveCommand(configOf),
    userCommand(configOf),
    organizationCommand(configOf),
    tokenCommand(configOf),
    oauthAppCommand(async (flags, request) => await ask(configOf(flags), request), dataFlag),
    appCommand(configOf),
    secretKeyCommand(configOf),
    auditCommand(configOf),
    configCommand(environment),
  ]
}

// The server is most of the program: it is loaded only by what needs it, so that the rest starts at once.
const serve = async (config: Config) => await (await import('./serve.ts')).serve(config)
const ask = async (config: Config, request: AdminRequest) =>
  await (await import('./ask.ts')).ask(config, request)
const rotate = async (config: Config) => await (await import('./rotate.ts')).rotate(config)

function serveCommand(configOf: ConfigOf): Command {
  return newCommand('serve', {
    summary: 'Run the server',
    description:
      'Runs the server: the API and git over HTTP on one port, git over SSH on another, everything it keeps in one data folder.',
    examples: [
      'slipway serve',
      'slipway serve --data /var/lib/slipway --port 8080 --ssh-port 2222',
      'DATABASE_URL=postgres://slipway@db/slipway slipway serve',
    ],
  })
    .option(...dataFlag)
    .option('--host <address>', 'Where to listen (default "127.0.0.1": this machine only)')
    .option('--port <number>', 'The HTTP port (default 3000; 0 takes any free one)')
    .option('--ssh-port <number>', 'The port for git over SSH (default 2222)')
    .option('--public-url <url>', 'The address that others reach this server by')
    .option('--repositories <folder>', 'Folder of repositories that several nodes share')
    .option('--webhook-allow <networks>', 'Private networks that hooks may reach, e.g. 10.0.0.0/8')
    .option('--rate-limit', 'Limit requests an hour, as GitHub does (default off)')
    .option('--rate-limit-user <number>', 'Requests an hour of one user (default 5000)')
    .option('--rate-limit-anonymous <number>', 'Of one address without a token (default 60)')
    .option('--log-level <level>', 'trace, debug, info, warn, error or silent (default info)')
    .option('--pretty', 'Log for people instead of one JSON object a line')
    .action(
      async (flags: Record<string, string | boolean>) => await serve(configOf(settingsIn(flags))),
    )
}

/** Commander's camelCase flags under the settings' own names. */
function settingsIn(flags: Record<string, string | boolean>): Flags {
  const given = Object.entries(flags).map(([flag, value]) => {
    const name = flag.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    return [name, String(value)] as const
  })
  return Object.fromEntries(given.filter(([name]) => settingNames.some((known) => known === name)))
}

function userCommand(configOf: ConfigOf): Command {
  type UserFlags = { data?: string; admin?: boolean; passwordStdin?: boolean }
  const create = newCommand('create', {
    summary: 'Make a user',
    examples: [
      'slipway user create octo --admin',
      'slipway user create hubot --password-stdin < file',
    ],
  })
    .argument('<name>', 'The login: letters, digits and hyphens')
    .option(...dataFlag)
    .option('--admin', 'May administer this server')
    .option('--password-stdin', 'Read a password from standard input')
    .action(async (login: string, { data, admin = false, passwordStdin }: UserFlags) => {
      const password = passwordStdin ? await passwordOnInput() : null
      await ask(configOf({ data }), { kind: 'create_user', login, admin, password })
    })
  const password = newCommand('password', {
    summary: "Set a user's password",
    description:
      'Reads a password from standard input and sets it. Whoever is signed in as the user is signed out.',
    examples: ['slipway user password octo < file'],
  })
    .argument('<name>', 'The login')
    .option(...dataFlag)
    .action(async (login: string, { data }: { data?: string }) => {
      const request = { kind: 'set_password', login, password: await passwordOnInput() } as const
      await ask(configOf({ data }), request)
    })
  const user = newCommand('user', { summary: 'Manage users' })
  return [create, password, ...linkCommands(configOf)].reduce(
    (all, command) => all.addCommand(command),
    user,
  )
}

const passwordOnInput = async () => (await text(process.stdin)).replace(/\r?\n$/, '')

function organizationCommand(configOf: ConfigOf): Command {
  const create = newCommand('create', {
    summary: 'Make an organization',
    examples: ['slipway org create acme --owner octo'],
  })
    .argument('<name>', 'The login: letters, digits and hyphens')
    .requiredOption('--owner <user>', 'Its first administrator')
    .option(...dataFlag)
    .action(async (login: string, { data, owner }: { data?: string; owner: string }) => {
      await ask(configOf({ data }), { kind: 'create_organization', login, owner })
    })
  return newCommand('org', { summary: 'Manage organizations' }).addCommand(create)
}

function secretKeyCommand(configOf: ConfigOf): Command {
  const rotateIt = newCommand('rotate', {
    summary: 'Seal all secrets with a new key',
    description:
      'Makes a new secret.key and seals every secret in the database with it. Stop the server first. Interrupted at any moment, the next start finds the right key.',
    examples: ['slipway secret-key rotate --data /var/lib/slipway'],
  })
    .option(...dataFlag)
    .action(async ({ data }: { data?: string }) => await rotate(configOf({ data })))
  return newCommand('secret-key', { summary: 'Manage the key that seals secrets' }).addCommand(
    rotateIt,
  )
}

function configCommand(environment: Environment): Command {
  const show = newCommand('show', {
    summary: 'Show the settings in force',
    examples: ['slipway config show --origin'],
  })
    .option(...dataFlag)
    .option('--origin', 'Say where each comes from')
    .action(({ data, origin }: { data?: string; origin?: true }) => {
      const { config, origins } = readConfig({ data }, environment)
      for (const name of settingNames) {
        const value = shownSetting(name, config)
        process.stdout.write(`${[name, value, ...(origin ? [origins[name]] : [])].join('\t')}\n`)
      }
    })
  return newCommand('config', { summary: 'Show the settings' }).addCommand(show)
}

/** A database's URL may hold its password. */
function shownSetting(name: keyof Config, config: Config): string {
  const value = config[name]
  if (name === 'database_url') return String(value ?? '').replace(/:[^:@/]*@/, ':***@')
  return Array.isArray(value) ? value.join(',') : String(value ?? '')
}
