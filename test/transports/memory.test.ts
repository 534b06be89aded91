import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Octokit } from '@octokit/rest'
import ssh2 from 'ssh2'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { openWork } from '../git/repository.ts'
import { makeKey, sshOptions } from './world.ts'

const megabyte = 1024 * 1024
/** `MEGABYTES=1000` for a measurement by hand. */
const megabytes = Number(process.env['MEGABYTES'] ?? 200)
/** What a transfer may add to a server at rest, however much it carries. */
const growthMax = 120 * megabyte
const deadlineMs = 60_000 + megabytes * 600

type Facts = { url: string; ssh: string; token: string; hostKey: string }

/** A server in its own process, with octo/http and octo/ssh, a key for the latter, and much to push. */
async function openPlace() {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-memory-'))
  const child = fork(join(import.meta.dirname, 'server-process.ts'), [join(folder, 'data')])
  const [facts] = (await once(child, 'message')) as [Facts]
  const octokit = new Octokit({ baseUrl: `${facts.url}/api/v3`, auth: facts.token })
  for (const name of ['http', 'ssh']) {
    await octokit.rest.repos.createForAuthenticatedUser({ name, private: true })
  }
  const key = await makeKey(join(folder, 'key'))
  const request = { owner: 'octo', repo: 'ssh', key: await readFile(`${key}.pub`, 'utf8') }
  await octokit.rest.repos.createDeployKey(request)

  const urls = {
    http: `${facts.url.replace('://', `://octo:${facts.token}@`)}/octo/http.git`,
    ssh: `${facts.ssh}/octo/ssh.git`,
  }
  async function open(name: string) {
    const work = await openWork(join(folder, name), 'nowhere')
    const words = ['ssh', ...sshOptions(key, facts.hostKey)]
    await work.git('config', 'core.sshCommand', words.map((word) => `"${word}"`).join(' '))
    // Random bytes neither shrink nor resemble each other; git need not try.
    await work.git('config', 'core.compression', '0')
    await work.git('config', 'pack.window', '0')
    return work
  }
  const work = await open('work')
  const names = Array.from({ length: megabytes }, (_, n) => `${n}`)
  const files = names.map((name) => [name, randomBytes(megabyte)] as const)
  const sha = await work.commit('Large', Object.fromEntries(files))
  async function close() {
    child.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  }
  return { child, facts, key, urls, open, work, sha, close }
}

let place: Awaited<ReturnType<typeof openPlace>>
beforeAll(async () => {
  place = await openPlace()
}, deadlineMs)
afterAll(() => place.close())

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

it.each(['http', 'ssh'] as const)(
  `keeps its memory flat through ${megabytes} MB pushed and cloned over %s`,
  { timeout: deadlineMs },
  async (transport) => {
    const { child, work, sha, urls } = place
    const pushed = await growthDuring(child, () => work.git('push', '-q', urls[transport], 'main'))
    const copy = await place.open(`copy-${transport}`)
    const cloned = await growthDuring(child, () => copy.git('fetch', '-q', urls[transport], 'main'))
    expect(await copy.git('rev-parse', 'FETCH_HEAD')).toBe(sha)
    report(`${transport}: push +${pushed / megabyte} MB, clone +${cloned / megabyte} MB`)
    expect(Math.max(pushed, cloned)).toBeLessThan(growthMax)
  },
)

it('keeps its memory flat for a client that wants everything and reads nothing', {
  timeout: deadlineMs,
}, async () => {
  const { child, facts, key, sha } = place
  const client = new ssh2.Client()
  onTestFinished(() => void client.destroy())
  const { hostname: host, port } = new URL(facts.ssh)
  const login = { host, port: Number(port), username: 'git' }
  client.connect({ ...login, privateKey: await readFile(key) })
  await once(client, 'ready')
  const channel = await new Promise<Greedy>((resolve, reject) => {
    client.exec("git-upload-pack '/octo/ssh.git'", (error, opened) =>
      error ? reject(error) : resolve(opened as unknown as Greedy),
    )
  })
  const growth = await growthDuring(child, async () => {
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
