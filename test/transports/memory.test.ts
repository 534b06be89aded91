import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Octokit } from '@octokit/rest'
import ssh2 from 'ssh2'
import { expect, it, onTestFinished } from 'vitest'
import { openWork } from '../git/repository.ts'
import { temporaryFolder } from '../support/engines.ts'
import { makeKey, sshOptions } from './world.ts'

const megabyte = 1024 * 1024
/** `MEGABYTES=1000` for a measurement by hand. */
const megabytes = Number(process.env['MEGABYTES'] ?? 200)
/** What a transfer may add to a server at rest, however much it carries. */
const growthMax = 120 * megabyte
const deadlineMs = 60_000 + megabytes * 600

type Facts = { url: string; ssh: string; token: string; hostKey: string }

/** A server in its own process, with octo/hello and a deploy key. */
async function startServer() {
  const folder = temporaryFolder()
  const child = fork(join(import.meta.dirname, 'server-process.ts'), [join(folder, 'data')])
  onTestFinished(() => void child.kill('SIGKILL'))
  const [facts] = (await once(child, 'message')) as [Facts]
  const octokit = new Octokit({ baseUrl: `${facts.url}/api/v3`, auth: facts.token })
  await octokit.rest.repos.createForAuthenticatedUser({ name: 'hello', private: true })
  const key = await makeKey(join(folder, 'key'))
  const request = { owner: 'octo', repo: 'hello', key: await readFile(`${key}.pub`, 'utf8') }
  await octokit.rest.repos.createDeployKey(request)
  const urls = {
    http: `${facts.url.replace('://', `://octo:${facts.token}@`)}/octo/hello.git`,
    ssh: `${facts.ssh}/octo/hello.git`,
  }
  const open = async (name: string, url: string) => {
    const work = await openWork(join(folder, name), url)
    const words = ['ssh', ...sshOptions(key, facts.hostKey)]
    await work.git('config', 'core.sshCommand', words.map((word) => `"${word}"`).join(' '))
    await work.git('config', 'core.compression', '0')
    return work
  }
  return { child, facts, key, urls, open }
}

async function rssOf(child: ChildProcess): Promise<number> {
  child.send('memory')
  const [{ rss }] = (await once(child, 'message')) as [{ rss: number }]
  return rss
}

/** How much more memory the server held at the worst moment of the work than before it. */
async function growthDuring(child: ChildProcess, work: () => Promise<unknown>): Promise<number> {
  const before = await rssOf(child)
  let most = before
  let isDone = false
  const working = work().finally(() => {
    isDone = true
  })
  while (!isDone) {
    most = Math.max(most, await rssOf(child))
    await Promise.race([working, new Promise((resolve) => setTimeout(resolve, 20))])
  }
  await working
  return most - before
}

const files = () =>
  Object.fromEntries(
    Array.from({ length: Math.ceil(megabytes / 10) }, (_, n) => [
      `${n}`,
      randomBytes(10 * megabyte),
    ]),
  )

it.each(['http', 'ssh'] as const)(
  `keeps its memory flat through ${megabytes} MB pushed and cloned over %s`,
  { timeout: deadlineMs },
  async (transport) => {
    const server = await startServer()
    const work = await server.open('work', server.urls[transport])
    await work.commit('Large', files())
    const pushed = await growthDuring(server.child, () =>
      work.git('push', '--quiet', 'origin', 'main'),
    )
    const copy = await server.open('copy', server.urls[transport])
    const cloned = await growthDuring(server.child, () => copy.git('fetch', '--quiet', 'origin'))
    expect(await copy.git('rev-parse', 'origin/main')).toBe(await work.git('rev-parse', 'main'))
    report(`${transport}: push +${pushed / megabyte} MB, clone +${cloned / megabyte} MB`)
    expect(Math.max(pushed, cloned)).toBeLessThan(growthMax)
  },
)

it('keeps its memory flat for a client that wants everything and reads nothing', {
  timeout: deadlineMs,
}, async () => {
  const server = await startServer()
  const work = await server.open('work', server.urls.ssh)
  await work.commit('Large', files())
  await work.git('push', '--quiet', 'origin', 'main')
  const sha = await work.git('rev-parse', 'main')

  const client = new ssh2.Client()
  onTestFinished(() => void client.destroy())
  const { hostname: host, port } = new URL(server.facts.ssh)
  const login = { host, port: Number(port), username: 'git' }
  client.connect({ ...login, privateKey: await readFile(server.key) })
  await once(client, 'ready')
  const channel = await new Promise<Greedy>((resolve, reject) => {
    client.exec("git-upload-pack '/octo/hello.git'", (error, opened) =>
      error ? reject(error) : resolve(opened as unknown as Greedy),
    )
  })
  const growth = await growthDuring(server.child, async () => {
    await once(channel, 'data')
    // Room for all of it at once, as a client may offer; then its socket is read no more.
    channel._client._protocol.channelWindowAdjust(channel.outgoing.id, 2 ** 31 - 1)
    channel.write(`0032want ${sha}\n00000009done\n`)
    await once(channel, 'data')
    channel._client._sock.pause()
    await new Promise((resolve) => setTimeout(resolve, 3000))
  })
  report(`unread: +${growth / megabyte} MB`)
  expect(growth).toBeLessThan(growthMax)
})

/** What ssh2 has inside and a client of one's own could do. */
type Greedy = ssh2.ClientChannel & {
  readonly outgoing: { readonly id: number }
  readonly _client: {
    readonly _protocol: { channelWindowAdjust(id: number, bytes: number): void }
    readonly _sock: { pause(): void }
  }
}

function report(line: string): void {
  if (process.env['MEGABYTES']) process.stderr.write(`${line}\n`)
}
