import { writeFile } from 'node:fs/promises'
import { type Command, InvalidArgumentError } from 'commander'
import { exitCodes, newCommand } from '../../lib/command-line.ts'
import { Problem } from '../../lib/problem.ts'
import { Secret } from '../../lib/secret.ts'
import type { Server } from './exchange.ts'
import type { Result } from './model.ts'
import { documentOf, isConforming, linesOf, summaryOf } from './report.ts'
import { makeRepository, removeRepository } from './repository.ts'

type Environment = Readonly<Record<string, string | undefined>>
type Flags = {
  readonly token?: string
  readonly owner?: string
  readonly public?: true
  readonly json?: string
}

/** Holds any server that speaks GitHub's API to what GitHub answers. */
export function conformanceCommand(environment: Environment): Command {
  return newCommand('conformance', {
    summary: "Hold a server to GitHub's API",
    description:
      "Asks a server (this one, GitHub, GitHub Enterprise Server, an emulator) for GitHub's deployments API and what belongs to it, and says for each operation whether status, headers, schema and behaviour are GitHub's. Makes a repository of its own and removes it. The token needs the scopes repo, admin:repo_hook and delete_repo.",
    examples: [
      'slipway conformance http://127.0.0.1:3000/api/v3 --token "$TOKEN"',
      'slipway conformance https://api.github.com --owner acme --public --json github.json',
    ],
  })
    .argument('<url>', "The server's API", parseUrl)
    .option('--token <token>', 'Who asks (or SLIPWAY_TOKEN, which other users cannot see)')
    .option('--owner <name>', 'The organization to make the repository in (default: yourself)')
    .option('--public', 'Make the repository public: where plans matter, they have more then')
    .option('--json <file>', 'Write the outcomes as JSON too')
    .action(async (url: string, flags: Flags) => {
      const token = flags.token ?? environment['SLIPWAY_TOKEN']
      if (!token)
        throw new Problem('unauthenticated', 'Pass --token, or put a token in SLIPWAY_TOKEN')
      await judge({ url, token: new Secret(token) }, flags)
    })
}

function parseUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))
    return text.replace(/\/+$/, '')
  throw new InvalidArgumentError('Use https://api.github.com or http(s)://HOST/api/v3.')
}

const print = (line: string) => void process.stdout.write(`${line}\n`)

async function judge(server: Server, { owner, public: isPublic, json }: Flags): Promise<void> {
  const startedAt = new Date()
  const results = await ask(server, { owner, isPrivate: isPublic !== true })
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
async function ask(server: Server, place: { owner: string | undefined; isPrivate: boolean }) {
  // Every command is there when the program starts, a server's too, which needs nothing of this.
  const { runChecks } = await import('./run.ts')
  const kept = await makeRepository(server, place)
  const stop = new AbortController()
  const onInterrupt = () => stop.abort()
  process.once('SIGINT', onInterrupt)
  let area = ''
  const onResult = (result: Result) => {
    if (result.area !== area) print(`\n${result.area}`)
    area = result.area
    for (const line of linesOf(result)) print(line)
  }
  try {
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(runMs)])
    return await runChecks({ server, kept, signal, onResult })
  } finally {
    process.off('SIGINT', onInterrupt)
    const obstacle = await removeRepository(server, kept)
    if (obstacle !== undefined) process.stderr.write(`slipway: ${obstacle}\n`)
  }
}
