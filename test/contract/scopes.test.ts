import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { routes } from '../../src/routes.ts'
import { makeKey, run, sshOptions } from '../transports/world.ts'
import { anonymous, type Group, grants, people, rest, verdictsOf } from './scope-model.ts'
import {
  openPlace,
  type Place,
  pathOf,
  type Visibility,
  visibilities,
  type Who,
} from './scope-place.ts'
import { gitTable, table } from './scope-table.ts'

/** What each scope and each role lets a caller do, asked over the wire (contract 7.2, 7.3, 7.5). */

const base = '/repos/:owner/:repo'

it('the table has a row for every route of a repository, once', () => {
  const inTable = table.flatMap(({ requests }) => Object.keys(requests))
  const inServer = routes
    .filter(({ path }) => path.startsWith(base))
    .map(({ method, path }) => `${method} ${path.slice(base.length)}`)
  expect(inTable.toSorted()).toEqual(inServer.toSorted())
})

it('every route lets in whom the table says, and nobody else', { timeout: 120_000 }, async () => {
  const place = await openPlace()
  await check(table, async ({ request, visibility }, who) => {
    const status = await place.ask(pathOf(place, request, visibility), who)
    if (status === 204) await place.restore(request, visibility)
    return status
  })
})

it('git over HTTP reads and writes code for the same tokens', { timeout: 60_000 }, async () => {
  const place = await openPlace()
  await check(gitTable, ({ request, visibility }, who) =>
    place.askGit(`/owner/${visibility}.git/info/refs?service=${request}`, who),
  )
})

it('a token for deployments clones nothing that is private, with the real git', async () => {
  const place = await openPlace()
  const clone = async (visibility: Visibility, grant: string) => {
    const url = new URL(`/owner/${visibility}.git`, place.server.url)
    url.password = place.tokenOf({ person: 'owner', grant }) ?? ''
    url.username = 'owner'
    const { code, stderr } = await run('git', ['ls-remote', url.href, 'HEAD'])
    return code === 0 ? 'ok' : stderr
  }
  expect(await clone('private', 'repo')).toBe('ok')
  expect(await clone('private', 'repo_deployment')).toContain('not found')
  expect(await clone('private', 'public_repo')).toContain('not found')
  expect(await clone('public', 'repo_deployment')).toBe('ok')
})

type Asked = { readonly request: string; readonly visibility: Visibility }
type Ask = (asked: Asked, who: Who) => Promise<number>

async function check(groups: readonly Group[], ask: Ask): Promise<void> {
  for (const group of groups) {
    for (const [request, letIn] of Object.entries(group.requests)) {
      for (const visibility of visibilities) {
        const found = await linesOf((who) => ask({ request, visibility }, who), letIn)
        expect
          .soft(found, `${group.what}: ${request} on a ${visibility} repository`)
          .toEqual(expectedOf(group, visibility))
      }
    }
  }
}

/** A line for each grant, `repo: ok ok 403 404`. */
async function linesOf(ask: (who: Who) => Promise<number>, letIn: number): Promise<string[]> {
  const lines: string[] = []
  for (const grant of [anonymous, ...grants]) {
    const verdicts: string[] = []
    for (const person of grant === anonymous ? people.slice(0, 1) : people) {
      const status = await ask({ person, grant })
      verdicts.push(status === letIn ? 'ok' : String(status))
    }
    lines.push(`${grant}: ${verdicts.join(' ')}`)
  }
  return lines
}

const expectedOf = (group: Group, visibility: Visibility): string[] =>
  [anonymous, ...grants].map(
    (grant) => `${grant}: ${verdictsOf(group, grant, { visibility, rest }).join(' ')}`,
  )

const newRepository = (isPrivate: boolean) => ({ name: `new-${randomUUID()}`, private: isPrivate })
const toAll = { lets: grants, letIn: 200, withoutToken: 401 }

/** Where no repository is spoken of. */
const accountTable: readonly {
  readonly request: string
  readonly body?: () => object
  readonly lets: readonly string[]
  readonly letIn: number
  readonly withoutToken: number
}[] = [
  { ...toAll, request: 'GET /user' },
  { ...toAll, request: 'GET /user/repos' },
  { ...toAll, request: 'GET /users/owner', withoutToken: 200 },
  { ...toAll, request: 'GET /users/owner/repos', withoutToken: 200 },
  { ...toAll, request: 'GET /user/orgs', lets: ['user'] },
  {
    request: 'POST /user/repos',
    body: () => newRepository(false),
    lets: ['repo', 'public_repo'],
    letIn: 201,
    withoutToken: 401,
  },
  {
    request: 'POST /user/repos',
    body: () => newRepository(true),
    lets: ['repo'],
    letIn: 201,
    withoutToken: 401,
  },
]

it('what belongs to nobody else asks for fewer scopes', async () => {
  const place = await openPlace()
  for (const { request, body, lets, letIn, withoutToken } of accountTable) {
    const ask = (grant: string) => place.ask(request, { person: 'owner', grant }, body?.())
    expect.soft([request, await ask(anonymous)]).toEqual([request, withoutToken])
    for (const grant of grants) {
      const expected = lets.includes(grant) ? letIn : 403
      expect.soft([request, grant, await ask(grant)]).toEqual([request, grant, expected])
    }
  }
})

describe('git over SSH asks for a deploy key, which opens one repository', () => {
  it.each([
    { key: 'of the repository', at: 'private', readOnly: false, fetch: 'ok', push: 'ok' },
    { key: 'of it, read-only', at: 'private', readOnly: true, fetch: 'ok', push: 'read only' },
    { key: 'of another one', at: 'public', readOnly: false, fetch: 'not found', push: 'not found' },
    { key: 'of nobody', at: undefined, readOnly: false, fetch: 'denied', push: 'denied' },
  ] as const)('a key $key: fetch $fetch, push $push', async ({ at, readOnly, ...expected }) => {
    const place = await openPlace()
    const key = await makeKey(join(place.server.data, 'deploy-key'))
    if (at) {
      const line = await readFile(`${key}.pub`, 'utf8')
      const request = { owner: 'owner', repo: at, key: line, read_only: readOnly }
      await place.octokit.repos.createDeployKey(request)
    }
    const git = await gitWith(place, key)
    expect(await git('ls-remote', `${place.server.app.urls.ssh}/owner/private.git`)).toContain(
      expected.fetch,
    )
    const refspec = 'HEAD:refs/heads/topic'
    expect(await git('push', `${place.server.app.urls.ssh}/owner/private.git`, refspec)).toContain(
      expected.push,
    )
  })
})

/** Runs git in a clone, over SSH with this key; gives `ok`, or what it complained of. */
async function gitWith({ server }: Place, key: string) {
  const hostKey = await readFile(join(server.data, 'ssh_host_ed25519_key.pub'), 'utf8')
  const command = ['ssh', ...sshOptions(key, hostKey.trim())].map((word) => `"${word}"`).join(' ')
  const clone = join(server.data, 'clone')
  const url = `${server.url}/owner/public.git`
  await run('git', ['clone', '--quiet', url, clone])
  return async (...args: string[]) => {
    const options = ['-C', clone, '-c', `core.sshCommand=${command}`]
    const { code, stderr } = await run('git', [...options, ...args])
    return code === 0 ? 'ok' : stderr.toLowerCase()
  }
}
