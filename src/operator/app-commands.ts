import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import type { AdminRequest } from '../admin/model.ts'
import type { Config } from '../config.ts'
import { newCommand } from '../lib/command-line.ts'
import { Problem } from '../lib/problem.ts'
import { type ConfigOf, dataFlag, listIn, numberIn } from './flags.ts'

const keyFileFlag = [
  '--key-file <file>',
  'Keep the private key in this new file (mode 600) instead of printing it',
] as const

/** Loaded when needed, as the other commands do. */
const ask = async (config: Config, request: AdminRequest, keyFile?: string) =>
  await (await import('./ask.ts')).ask(config, request, keyFile)

type Plain = { data?: string }

/** Everything about GitHub Apps that whoever runs the server does. */
export function appCommand(configOf: ConfigOf): Command {
  return newCommand('app', { summary: 'Manage GitHub Apps' })
    .addCommand(createCommand(configOf))
    .addCommand(manifestCommand(configOf))
    .addCommand(installCommand(configOf))
    .addCommand(listCommand(configOf))
    .addCommand(keyCommand(configOf))
}

type Given = Plain & {
  owner: string
  permissions: string
  events: string
  url: string
  description?: string
  public?: true
  callbackUrl?: string[]
  webhookUrl?: string
  webhookSecretStdin?: true
  keyFile?: string
}

function createCommand(configOf: ConfigOf): Command {
  return newCommand('create', {
    summary: 'Register a GitHub App',
    description:
      'Registers a GitHub App and prints its ids, its secrets and its private key, this once. What it prints is as frameworks for Apps read it from a file named .env.',
    examples: [
      'slipway app create deployer --owner acme --permissions deployments=write,contents=read --key-file deployer.pem > .env',
      'slipway app create ci --owner octo --permissions statuses=write --events push --webhook-url https://ci.example.com/hook',
    ],
  })
    .argument('<name>', 'What it is called; in addresses it is in lower case, with hyphens')
    .requiredOption('--owner <login>', 'The user or organization that it belongs to')
    .option('--permissions <list>', 'What it asks for, e.g. deployments=write,contents=read', '')
    .option('--events <list>', 'What its hook listens to, e.g. deployment,push', '')
    .option('--url <url>', 'Its own page', '')
    .option('--description <text>', 'What it is for')
    .option('--public', 'May be installed by others than its owner')
    .option('--callback-url <url...>', 'Where people who let it act for them are sent back to')
    .option('--webhook-url <url>', 'Where its events are sent')
    .option('--webhook-secret-stdin', 'Read their secret from standard input, or make one up')
    .option(...keyFileFlag)
    .option(...dataFlag)
    .action(async (name: string, given: Given) => {
      const secret = given.webhookSecretStdin ? (await text(process.stdin)).trim() : null
      const { owner } = given
      const manifest = manifestOf(name, given)
      const request = { kind: 'create_app', owner, manifest, webhook_secret: secret } as const
      await ask(configOf({ data: given.data }), request, given.keyFile)
    })
}

/** The flags as GitHub's manifests say the same. */
const manifestOf = (name: string, given: Given) => ({
  name,
  url: given.url,
  description: given.description,
  public: given.public === true,
  callback_urls: given.callbackUrl ?? [],
  default_events: listIn(given.events),
  default_permissions: Object.fromEntries(
    listIn(given.permissions).map((pair) => {
      const [permission = '', level = 'read'] = pair.split('=')
      return [permission, level]
    }),
  ),
  ...(given.webhookUrl === undefined ? {} : { hook_attributes: { url: given.webhookUrl } }),
})

function manifestCommand(configOf: ConfigOf): Command {
  return newCommand('manifest', {
    summary: 'Let an App be registered by its manifest',
    description:
      'Reads the manifest of a GitHub App and prints a code, with which the App registers itself within an hour.',
    examples: ['slipway app manifest app-manifest.json --owner octo'],
  })
    .argument('<file>', 'The manifest, as JSON')
    .requiredOption('--owner <login>', 'The user or organization that the App will belong to')
    .option(...dataFlag)
    .action(async (file: string, { data, owner }: Plain & { owner: string }) => {
      const manifest = manifestIn(file)
      await ask(configOf({ data }), { kind: 'create_manifest_code', owner, manifest })
    })
}

function manifestIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Problem('invalid', `${file} cannot be read as JSON: ${reason}`)
  }
}

function installCommand(configOf: ConfigOf): Command {
  type Place = Plain & { account: string; repository?: string[] }
  return newCommand('install', {
    summary: 'Install an App on an account',
    examples: [
      'slipway app install deployer --account acme',
      'slipway app install ci --account octo --repository octo/hello octo/world',
    ],
  })
    .argument('<slug>', 'The App, as app list shows it')
    .requiredOption('--account <login>', 'The user or organization')
    .option('--repository <owner/name...>', 'Only these repositories (default: all)')
    .option(...dataFlag)
    .action(async (app: string, { data, account, repository: repositories = [] }: Place) => {
      await ask(configOf({ data }), { kind: 'install_app', app, account, repositories })
    })
}

function listCommand(configOf: ConfigOf): Command {
  return newCommand('list', {
    summary: 'List the GitHub Apps',
    description: 'Lists GitHub Apps: id, slug, owner, client id, permissions, events.',
  })
    .option(...dataFlag)
    .action(async ({ data }: Plain) => await ask(configOf({ data }), { kind: 'list_apps' }))
}

function keyCommand(configOf: ConfigOf): Command {
  const create = newCommand('create', {
    summary: 'Make one more private key',
    examples: ['slipway app key create deployer --key-file deployer-2.pem'],
  })
    .argument('<slug>', 'The App')
    .option(...keyFileFlag)
    .option(...dataFlag)
    .action(async (app: string, { data, keyFile }: Plain & { keyFile?: string }) => {
      await ask(configOf({ data }), { kind: 'create_app_key', app }, keyFile)
    })
  const list = newCommand('list', {
    summary: "List an App's keys",
    description: 'Lists keys: id, fingerprint, created.',
  })
    .argument('<slug>', 'The App')
    .option(...dataFlag)
    .action(async (app: string, { data }: Plain) => {
      await ask(configOf({ data }), { kind: 'list_app_keys', app })
    })
  const remove = newCommand('delete', { summary: 'Delete a key' })
    .argument('<slug>', 'The App')
    .argument('<id>', 'The number that app key list shows')
    .option(...dataFlag)
    .action(async (app: string, id: string, { data }: Plain) => {
      const number = numberIn(id, "a key's number")
      await ask(configOf({ data }), { kind: 'delete_app_key', app, id: number })
    })
  return newCommand('key', { summary: "Manage an App's private keys" })
    .addCommand(create)
    .addCommand(list)
    .addCommand(remove)
}
