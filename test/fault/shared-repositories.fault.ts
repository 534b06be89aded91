import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { openWork } from '../git/repository.ts'
import { emptyDatabase, temporaryFolder } from '../support/engines.ts'
import { run, type Serving, serve, until } from '../support/program.ts'
import { startReceiver } from '../support/receiver.ts'
import { type Cluster, openCluster } from './cluster.ts'

const hello = '/repos/octo/hello'
const wanted = { required_contexts: [], auto_merge: false }
const pushes = 6
const races = 6

async function openClone(cluster: Cluster, server: Serving) {
  const work = await openWork(join(temporaryFolder(), 'work'), cluster.gitUrl(server))
  await work.git('fetch', '--quiet', 'origin')
  await work.git('reset', '--quiet', '--hard', 'origin/main')
  return work
}

/** What a server says of the branch, by each way that there is to ask. */
async function shasOf(cluster: Cluster, server: Serving, branch: string) {
  type Ref = { ref: string; object: { sha: string } }
  type Branch = { name: string; commit: { sha: string } }
  const one = await cluster.ask<Branch>(server, `${hello}/branches/${branch}`)
  const ref = await cluster.ask<Ref>(server, `${hello}/git/ref/heads/${branch}`)
  const list = await cluster.ask<Branch[]>(server, `${hello}/branches?per_page=100`)
  return [
    one.json.commit?.sha,
    ref.json.object?.sha,
    list.json.find(({ name }) => name === branch)?.commit.sha,
  ]
}

it('a push through one server is seen by the other at once, and deployed by it', {
  timeout: 60_000,
}, async () => {
  const cluster = await openCluster()
  const [one, two] = await cluster.startBoth()
  await cluster.post(one, '/user/repos', { name: 'hello', auto_init: true })
  const work = await openClone(cluster, two)
  for (let n = 0; n < pushes; n += 1) {
    const sha = await work.commit(`push ${n}`, { 'a.txt': String(n) })
    const [to, at] = n % 2 === 0 ? [one, two] : [two, one]
    // So that whatever may be remembered is, and in both places where git keeps refs.
    await shasOf(cluster, at, 'main')
    if (n === 3)
      await execute('git', ['-C', join(cluster.repositories, '1.git'), 'pack-refs', '--all'])
    await work.git('push', '--quiet', cluster.gitUrl(to), 'HEAD:main', `HEAD:refs/heads/b${n}`)
    expect(await shasOf(cluster, at, 'main')).toEqual([sha, sha, sha])
    expect(await shasOf(cluster, at, `b${n}`)).toEqual([sha, sha, sha])
    const made = await cluster.post(at, `${hello}/deployments`, { ...wanted, ref: 'main' })
    expect(made).toMatchObject({ sha })
    await work.git('push', '--quiet', cluster.gitUrl(at), '--delete', `b${n}`)
    expect(await shasOf(cluster, to, `b${n}`)).toEqual([undefined, undefined, undefined])
  }
})

it('of two pushes to one branch through two servers one wins, the loser is told, and hooks hear of what happened alone', {
  timeout: 60_000,
}, async () => {
  const cluster = await openCluster()
  const [one, two] = await cluster.startBoth()
  await cluster.post(one, '/user/repos', { name: 'hello', auto_init: true })
  const receiver = await startReceiver()
  const config = { url: receiver.url, content_type: 'json' }
  await cluster.post(two, `${hello}/hooks`, { config, events: ['push'] })
  const clones = [await openClone(cluster, one), await openClone(cluster, two)] as const
  const start = await clones[0].git('rev-parse', 'HEAD')
  const winners: string[] = []
  for (let n = 0; n < races; n += 1) {
    const shas = await Promise.all(
      clones.map((work, by) => work.commit('race', { 'a.txt': `${n} ${by}` })),
    )
    const ended = await Promise.allSettled(
      clones.map((work) => work.git('push', '--quiet', 'origin', 'HEAD:main')),
    )
    expect(ended.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const lost = ended.find((end) => end.status === 'rejected')
    expect(String(lost?.reason)).toMatch(/rejected|failed to update ref|cannot lock ref/)
    winners.push(shas[ended.findIndex(({ status }) => status === 'fulfilled')] ?? '')
    for (const work of clones) {
      await work.git('fetch', '--quiet', 'origin')
      await work.git('reset', '--quiet', '--hard', 'origin/main')
      expect(await work.git('rev-parse', 'HEAD')).toBe(winners.at(-1))
    }
  }
  await until(() => receiver.received.length >= races)
  await cluster.post(one, `${hello}/git/refs`, { ref: 'refs/heads/last', sha: winners.at(-1) })
  await until(() => receiver.received.some(({ payload }) => payload['ref'] === 'refs/heads/last'))
  const heard = receiver.received.filter(({ payload }) => payload['ref'] === 'refs/heads/main')
  const moves = heard.map(({ payload }) => `${payload['before']} ${payload['after']}`)
  const befores = [start, ...winners]
  const expected = winners.map((after, n) => `${befores[n]} ${after}`)
  expect(moves.toSorted()).toEqual(expected.toSorted())
})

it('all servers of a database show one SSH host key', { timeout: 60_000 }, async () => {
  const cluster = await openCluster()
  const servers = await cluster.startBoth()
  const keys = await Promise.all(
    servers.map(async ({ ssh }) => {
      const { port, hostname } = new URL(ssh)
      const { stdout } = await execute('ssh-keyscan', ['-t', 'ed25519', '-p', port, hostname])
      return stdout.trim().split(' ').slice(1).join(' ')
    }),
  )
  expect(keys[0]).toMatch(/^ssh-ed25519 /)
  expect(keys[1]).toBe(keys[0])
})

it('a folder of repositories belongs to one database', { timeout: 60_000 }, async () => {
  const repositories = temporaryFolder()
  const args = ['--repositories', repositories]
  await (await serve(temporaryFolder(), { args })).stop()
  const env = { DATABASE_URL: await emptyDatabase('postgres') }
  const refused = serve(temporaryFolder(), { args, env })
  await expect(refused).rejects.toThrow(/holds the repositories of another database/)
})

it('the secret key is not changed while another server runs', { timeout: 60_000 }, async () => {
  const cluster = await openCluster()
  const server = await cluster.start(0)
  const rotate = () => run(['secret-key', 'rotate', '--data', cluster.folders[1]], cluster)
  expect(await rotate()).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('A server still runs with this database'),
  })
  await server.stop()
  expect(await rotate()).toMatchObject({ code: 0 })
  // All that was sealed opens with the new one, the host key as well.
  await cluster.start(1)
})

const execute = promisify(execFile)
