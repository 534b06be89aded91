import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { newCommand } from '../../lib/command-line.ts'
import { Problem } from '../../lib/problem.ts'
import { acts } from './acts.ts'
import { folderPrefix, noteProcess, removeLeftovers } from './leftovers.ts'
import { openPicture } from './picture.ts'
import { repository, type Stage, setStage } from './stage.ts'

type Flags = { readonly ci?: true; readonly keep?: true }

/** The whole picture on one machine, for people to watch and for the gate to check. */
export function demoCommand(): Command {
  return newCommand('demo', {
    summary: 'See a deployment travel the whole picture',
    description:
      'Starts everything for real in one temporary folder (the server, git over SSH, three sshd, three small apps, the agent), deploys, breaks, forges, rolls back, and checks every statement. Leaves nothing behind.',
    examples: ['slipway demo', 'slipway demo --keep'],
  })
    .option('--ci', 'Plain output, for machines')
    .option('--keep', 'Leave everything running, with lines to try by hand, until Ctrl-C')
    .action(play)
}

async function play({ ci, keep }: Flags): Promise<void> {
  const isTerminal = process.stdout.isTTY === true && !ci
  const picture = openPicture((text) => void process.stdout.write(text), isTerminal)
  const interrupted = interruption()
  const startedAt = performance.now()
  await using undo = new AsyncDisposableStack()
  removeLeftovers()
  const folder = await mkdtemp(join(tmpdir(), folderPrefix))
  noteProcess(folder, process.pid)
  undo.defer(() => rm(folder, { recursive: true, force: true }))

  const stage = undo.use(await setStage(folder, picture))
  for (const [at, act] of acts.entries()) {
    picture.title(`Act ${at + 1}  ${act.title}`)
    await Promise.race([act.play(stage), interrupted])
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  process.stdout.write(`\nAll ${acts.length} acts held, in ${seconds} s.\n`)
  if (!keep) return
  process.stdout.write(handsOn(stage))
  await interrupted.catch(() => undefined)
}

/** Rejects at the first Ctrl-C or SIGTERM, so that whatever is going on unwinds and cleans up. */
function interruption(): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  const stop = () => reject(new Problem('unavailable', 'The demo was interrupted'))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop)
  promise.catch(() => undefined)
  return promise
}

const handsOn = ({ slipwayUrl, token, password, webServers, folder }: Stage) => `
Everything is still running in ${folder}. What runs where is at

  ${slipwayUrl}/        # sign in as octo with the password ${password.reveal()}

Try it from a second terminal:

  export SLIPWAY_API_URL=${slipwayUrl}/api/v3 SLIPWAY_TOKEN=${token}
  bin/slipway deploy ${repository} --ref v4 --environment production --watch
  curl -H "Authorization: Bearer $SLIPWAY_TOKEN" $SLIPWAY_API_URL/repos/${repository}/deployments
${webServers.map(({ name, appPort }) => `  curl http://127.0.0.1:${appPort}/        # ${name}`).join('\n')}

Ctrl-C ends it and removes the folder.
`
