import { writeFile } from 'node:fs/promises'
import { type Command, InvalidArgumentError } from 'commander'
import { exitCodes, newCommand } from '../../lib/command-line.ts'
import { Problem } from '../../lib/problem.ts'
import { Secret } from '../../lib/secret.ts'
import { type AppGiven, signFor } from './app-token.ts'
import type { Server } from './exchange.ts'
import type { Result } from './model.ts'
import { documentOf, isConforming, linesBelow, summaryOf } from './report.ts'
import { makeRepository, type Place, removeLeftovers, removeRepository } from './repository.ts'

type Environment = Readonly<Record<string, string | undefined>>
type Flags = {
  readonly token?: string
  readonly owner?: string
  readonly org?: string
  readonly appId?: number
  readonly appKey?: string
  readonly public?: true
  readonly json?: string
}

/** Holds any server that speaks GitHub's API to what GitHub answers. */
export function conformanceCommand(environment: Environment): Command {
  return newCommand('conformance', {
    summary: "Hold a server to GitHub's API",
    description:
      "Asks a server (this one, GitHub, GitHub Enterprise Server, an emulator) for GitHub's deployments API and what belongs to it, and says for each operation whether status, headers, schema and behaviour are GitHub's. Makes a repository of its own and removes it. The token needs the scopes repo, admin:repo_hook and delete_repo. What needs an organization or a GitHub App is asked only where one is given, and counts as nothing otherwise: the token then needs admin:org and admin:org_hook too, and the App must be installed where the repository is made, on all repositories, and may write checks and deployments.",
    examples: [
      'slipway conformance http://127.0.0.1:3000/api/v3 --token "$TOKEN"',
      'slipway conformance https://api.github.com --owner acme --public --json github.json',
      'slipway conformance https://api.github.com --owner acme --org acme --app-id 12345 --app-key robot.pem',
    ],
  })
    .argument('<url>', "The server's API", parseUrl)
    .option('--token <token>', 'Who asks (or SLIPWAY_TOKEN, which other users cannot see)')
    .option('--owner <name>', 'The organization to make the repository in (default: yourself)')
    .option('--org <name>', 'An organization that the token administers, for what is asked of one')
    .option('--app-id <id>', 'A GitHub App (or SLIPWAY_APP_ID)', parseId)
    .option('--app-key <file>', 'Its private key (or SLIPWAY_APP_KEY)')
    .option('--public', 'Make the repository public: where plans matter, they have more then')
    .option('--json <file>', 'Write the outcomes as JSON too')
    .action(async (url: string, flags: Flags) => {
      const token = flags.token ?? environment['SLIPWAY_TOKEN']
      if (!token)
        throw new Problem('unauthenticated', 'Pass --token, or put a token in SLIPWAY_TOKEN')
      const app = appIn(flags, environment)
      const jwt = app && (await signFor(app))
      await judge({ url, token: new Secret(token), jwt }, { ...flags, appId: app?.id })
    })
}

function parseId(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Use the number that the page of the App shows.')
}

function appIn({ appId, appKey }: Flags, environment: Environment): AppGiven | undefined {
  const { SLIPWAY_APP_ID: idText, SLIPWAY_APP_KEY: keyFile } = environment
  const id = appId ?? (idText === undefined ? undefined : parseId(idText))
  const file = appKey ?? keyFile
  if (id === undefined && file === undefined) return undefined
  if (id !== undefined && file !== undefined) return { id, file }
  throw new Problem('bad_request', 'Pass --app-id and --app-key together')
}

function parseUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))
    return text.replace(/\/+$/, '')
  throw new InvalidArgumentError('Use https://api.github.com or http(s)://HOST/api/v3.')
}

const print = (line: string) => void process.stdout.write(`${line}\n`)

async function judge(
  server: Server,
  {
    owner,
    org,
    appId,
    public: isPublic,
    json,
  }: Omit<Flags, 'appId'> & { appId?: number | undefined },
): Promise<void> {
  const startedAt = new Date()
  const results = await ask(server, { owner, org, appId, isPrivate: isPublic !== true })
  for (const line of ['', ...summaryOf(results)]) print(line)
  if (json !== undefined) await write(json, documentOf(server.url, startedAt, results))
  process.exitCode = isConforming(results) ? exitCodes.done : exitCodes.failed
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Problem('bad_request', `The outcomes cannot be written to ${file}: ${reason}`)
  }
}

const runMs = 5 * 60_000

/** The repository goes again, also when it takes too long or somebody presses Ctrl-C. */
async function ask(server: Server, place: Place) {
  // Every command is there when the program starts, a server's too, which needs nothing of this.
  const { runChecks } = await import('./run.ts')
  const kept = await makeRepository(server, place)
  const stop = new AbortController()
  const onInterrupt = () => stop.abort()
  process.once('SIGINT', onInterrupt)
  let area = ''
  const onResult = (result: Result) => {
    for (const line of linesBelow(area, result)) print(line)
    area = result.area
  }
  try {
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(runMs)])
    return await runChecks({ server, kept, signal, onResult })
  } finally {
    process.off('SIGINT', onInterrupt)
    await removeLeftovers(server, kept)
    const obstacle = await removeRepository(server, kept)
    if (obstacle !== undefined) process.stderr.write(`slipway: ${obstacle}\n`)
  }
}
