import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { request } from 'undici'
import { describe, expect, it } from 'vitest'
import { query } from '../../src/store/query.ts'
import { faultsOf } from '../support/openapi.ts'
import { refusalOf } from '../support/refusal.ts'
import { startServer, type TestServer } from '../support/server.ts'

/** https://docs.github.com/rest/commits/commits and https://docs.github.com/rest/repos/contents */

const at = { owner: 'octo', repo: 'hello' }

async function open({ private: isPrivate = true } = {}) {
  const server = await startServer()
  await server.user('octo')
  const repository = await server.repository('octo', 'hello', { private: isPrivate })
  return { server, repository, octokit: await server.octokit('octo') }
}

/** `main` with two commits, and from its first one a branch `feature/a` with one of its own. */
async function openForked() {
  const world = await open()
  const { server, repository } = world
  const first = await server.commit(repository, { files: { 'a.txt': 'a\n' }, message: 'First' })
  execFileSync('git', ['branch', 'feature/a', 'main'], { cwd: server.app.git.path(repository.id) })
  const second = await server.commit(repository, {
    files: { 'dir/b.txt': 'b\n' },
    message: 'Second',
  })
  const third = await server.commit(repository, {
    branch: 'feature/a',
    files: { 'a.txt': 'changed\n' },
    message: 'Third',
  })
  return { ...world, first, second, third }
}

const setEmail = query((db, p: { login: string; email: string }) =>
  db.updateTable('accounts').set({ email: p.email }).where('login', '=', p.login),
)

const giveEmail = (server: TestServer, login: string, email: string) =>
  server.app.store.transaction((tx) => tx.all(setEmail, { login, email }))

describe('a commit', () => {
  it('is found by branch, tag and sha, whole or short, with slashes raw or encoded', async () => {
    const { server, repository, octokit, second, third } = await openForked()
    execFileSync('git', ['tag', '-a', '-m', 'One', 'v1', 'main'], {
      cwd: server.app.git.path(repository.id),
      env: { ...process.env, GIT_COMMITTER_NAME: 'Octo', GIT_COMMITTER_EMAIL: 'o@example.com' },
    })
    const named = ['main', 'heads/main', 'refs/heads/main', 'v1', 'HEAD', second.slice(0, 7)]
    for (const ref of [...named, second, second.toUpperCase()]) {
      expect((await octokit.repos.getCommit({ ...at, ref })).data.sha).toBe(second)
    }
    const encoded = await octokit.repos.getCommit({ ...at, ref: 'feature/a' })
    const raw = await octokit.request(`GET /repos/octo/hello/commits/feature/a`)
    expect([encoded.data.sha, raw.data.sha]).toEqual([third, third])
  })

  it('shows what it changed, and who made it where their address is known', async () => {
    const { server, octokit, first, third } = await openForked()
    await giveEmail(server, 'octo', 'Octo@Example.com')
    const { data, headers, status } = await octokit.repos.getCommit({ ...at, ref: third })
    expect(data).toMatchObject({
      sha: third,
      commit: { message: 'Third', author: { name: 'Octo', email: 'octo@example.com' } },
      author: { login: 'octo' },
      committer: { login: 'octo' },
      html_url: `${server.url}/octo/hello/commit/${third}`,
      parents: [{ sha: first }],
      stats: { total: 2, additions: 1, deletions: 1 },
      files: [{ filename: 'a.txt', status: 'modified', patch: '@@ -1 +1 @@\n-a\n+changed' }],
    })
    expect(headers['last-modified']).toMatch(/GMT$/)
    expect(
      faultsOf({ method: 'GET', path: `/repos/octo/hello/commits/x`, status, body: data }),
    ).toEqual([])
  })

  it('has no account where nobody has its address', async () => {
    const { octokit } = await openForked()
    const { data } = await octokit.repos.getCommit({ ...at, ref: 'main' })
    expect([data.author, data.committer]).toEqual([null, null])
  })

  it('is its sha alone where that is asked for, and nothing when the client has it', async () => {
    const { octokit, second } = await openForked()
    const mediaType = { format: 'sha' }
    const { data, headers } = await octokit.repos.getCommit({ ...at, ref: 'main', mediaType })
    expect(data).toBe(second)
    expect(headers['content-type']).toMatch(/^text\/plain/)
    const known = { 'if-none-match': `"${second}"` }
    const again = octokit.repos.getCommit({ ...at, ref: 'main', mediaType, headers: known })
    await expect(again).rejects.toMatchObject({ status: 304 })
  })

  it.each([
    { format: 'diff', start: /^diff --git a\// },
    { format: 'patch', start: /^From [\da-f]{40} .*\nFrom: / },
  ])('is text as a $format, and so is a comparison', async ({ format, start }) => {
    const { octokit } = await openForked()
    const mediaType = { format }
    const { data, headers } = await octokit.repos.getCommit({ ...at, ref: 'main', mediaType })
    expect(data).toMatch(start)
    expect(headers['content-type']).toBe(`application/vnd.github.${format}; charset=utf-8`)
    const compared = { ...at, basehead: 'main...feature/a', mediaType }
    expect((await octokit.repos.compareCommitsWithBasehead(compared)).data).toMatch(start)
  })

  it('is told apart from one that is not there, and from an empty repository', async () => {
    const { server, repository, octokit } = await open()
    const asked = () => octokit.repos.getCommit({ ...at, ref: 'nope' })
    expect(await refusalOf(asked())).toMatchObject({
      status: 409,
      body: { message: 'Git Repository is empty.' },
    })
    await server.commit(repository, { files: {} })
    expect(await refusalOf(asked())).toMatchObject({
      status: 422,
      body: { message: 'No commit found for SHA: nope' },
    })
    for (const ref of ['--all', 'a..b', 'main^', '%', 'a\nb', '../x', 'x'.repeat(300)]) {
      expect((await refusalOf(octokit.repos.getCommit({ ...at, ref }))).status).toBe(422)
    }
    const comments = octokit.request('GET /repos/octo/hello/commits/main/comments')
    expect((await refusalOf(comments)).status).toBe(404)
  })
})

describe('the list of commits', () => {
  it('gives the newest first, a page at a time', async () => {
    const { server, repository, octokit } = await open()
    const shas: string[] = []
    for (const name of ['1', '2', '3', '4', '5']) {
      shas.unshift(await server.commit(repository, { files: { [name]: name }, message: name }))
    }
    const page = async (number: number) => {
      const answer = await octokit.repos.listCommits({ ...at, per_page: 2, page: number })
      const link = answer.headers.link ?? ''
      const rels = [...link.matchAll(/rel="(\w+)"/g)].map(([, rel]) => rel)
      return { shas: answer.data.map(({ sha }) => sha), rels, link }
    }
    const first = await page(1)
    expect(first).toMatchObject({ shas: shas.slice(0, 2), rels: ['next'] })
    expect(first.link).toContain(`/repositories/${repository.id}/commits?per_page=2&page=2`)
    expect(await page(2)).toMatchObject({ shas: shas.slice(2, 4), rels: ['prev', 'next', 'first'] })
    expect(await page(3)).toMatchObject({ shas: shas.slice(4), rels: ['prev', 'first'] })
    expect(await page(900_000_000)).toMatchObject({ shas: [] })
    const all = await octokit.paginate(octokit.repos.listCommits, { ...at, per_page: 2 })
    expect(all.map(({ sha }) => sha)).toEqual(shas)
    expect(
      faultsOf({ method: 'GET', path: '/repos/octo/hello/commits', status: 200, body: all }),
    ).toEqual([])
  })

  it('starts where it is told and keeps to path, author and time', async () => {
    const { server, octokit, first, second, third } = await openForked()
    await server.user('hubot')
    await giveEmail(server, 'octo', 'octo@example.com')
    const list = async (filters: Record<string, string>) =>
      (await octokit.repos.listCommits({ ...at, ...filters })).data.map(({ sha }) => sha)
    expect(await list({ sha: 'feature/a' })).toEqual([third, first])
    expect(await list({ path: 'dir' })).toEqual([second])
    expect(await list({ author: 'octo' })).toEqual([second, first])
    expect(await list({ author: 'octo@example.com', committer: 'octo' })).toEqual([second, first])
    expect(await list({ author: 'hubot' })).toEqual([])
    expect(await list({ committer: 'hubot' })).toEqual([])
    expect(await list({ since: '2001-01-01T00:00:00Z', author: '' })).toEqual([second, first])
    expect(await list({ until: '2001-01-01T00:00:00Z' })).toEqual([])
    expect(await list({ path: '../..' })).toEqual([])
    expect(await refusalOf(list({ sha: 'nope' }))).toMatchObject({ status: 404 })
    expect(await refusalOf(list({ since: 'yesterday' }))).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'since' }] },
    })
  })

  it('is refused for an empty repository', async () => {
    const { octokit } = await open()
    expect(await refusalOf(octokit.repos.listCommits(at))).toMatchObject({
      status: 409,
      body: { message: 'Git Repository is empty.' },
    })
  })
})

describe('a comparison', () => {
  const compare = 'GET /repos/{owner}/{repo}/compare/{basehead}'

  it('says how two refs lie to each other, and what changed since they parted', async () => {
    const { octokit, first, second, third } = await openForked()
    const { data, status } = await octokit.request(compare, {
      ...at,
      basehead: 'main...feature/a',
    })
    expect(data).toMatchObject({
      status: 'diverged',
      ahead_by: 1,
      behind_by: 1,
      total_commits: 1,
      base_commit: { sha: second },
      merge_base_commit: { sha: first },
      commits: [{ sha: third }],
      files: [{ filename: 'a.txt', status: 'modified' }],
    })
    const path = '/repos/octo/hello/compare/main...x'
    expect(faultsOf({ method: 'GET', path, status, body: data })).toEqual([])
    const raw = await octokit.request('GET /repos/octo/hello/compare/main...feature/a')
    expect(raw.data).toEqual(data)
    const owned = await octokit.request(compare, { ...at, basehead: 'octo:main...octo:main' })
    expect(owned.data).toMatchObject({ status: 'identical', commits: [], files: [] })
  })

  it('is paged from the oldest, with the files on the first page', async () => {
    const { server, repository, octokit, first } = await openForked()
    const last = await server.commit(repository, { files: { c: 'c' } })
    const basehead = `${first}...main`
    const one = await octokit.request(compare, { ...at, basehead, per_page: 1 })
    expect(one.data.commits.map(({ commit }) => commit.message)).toEqual(['Second'])
    expect(one.data.files).toHaveLength(2)
    expect(one.headers.link).toContain('rel="next"')
    const two = await octokit.request(compare, { ...at, basehead, per_page: 1, page: 2 })
    expect(two.data.commits.map(({ sha }) => sha)).toEqual([last])
    expect(two.data.files).toBeUndefined()
  })

  it('of very many commits ends with the newest, where it is not paged', async () => {
    const { server, repository, octokit, second } = await openForked()
    const commits = Array.from({ length: 252 }, (_, n) =>
      [
        'commit refs/heads/main',
        `committer Octo <octo@example.com> ${1_800_000_000 + n} +0000`,
        `data ${String(n).length}`,
        n,
        n === 0 ? `from ${second}\n` : '',
      ].join('\n'),
    )
    const cwd = server.app.git.path(repository.id)
    execFileSync('git', ['fast-import', '--quiet'], { cwd, input: `${commits.join('\n')}\n` })
    const { data } = await octokit.request(compare, { ...at, basehead: `${second}...main` })
    expect([data.total_commits, data.commits.length]).toEqual([252, 250])
    expect(data.commits.at(-1)?.commit.message).toBe('251')
  })

  it('is refused for two dots, unknown refs and strangers', async () => {
    const { server, repository, octokit } = await openForked()
    const cwd = server.app.git.path(repository.id)
    const tree = execFileSync('git', ['rev-parse', 'main^{tree}'], { cwd }).toString().trim()
    const identity = ['-c', 'user.name=Octo', '-c', 'user.email=octo@example.com']
    const commit = [...identity, 'commit-tree', '-m', 'Apart', tree]
    const apart = execFileSync('git', commit, { cwd }).toString().trim()
    const refusal = async (basehead: string) =>
      refusalOf(octokit.request(compare, { ...at, basehead }))
    expect((await refusal('main..feature/a')).status).toBe(404)
    expect((await refusal('main...nope')).status).toBe(404)
    expect((await refusal('main')).status).toBe(404)
    expect(await refusal(`main...${apart}`)).toMatchObject({
      status: 404,
      body: { message: `No common ancestor between main and ${apart}.` },
    })
  })
})

describe('an archive', () => {
  it('is a redirect to an address that needs no token, and unpacks', async () => {
    const { server, octokit, second } = await openForked()
    const token = await server.token('octo', ['repo'])
    const headers = { authorization: `Bearer ${token}`, 'user-agent': 'test' }
    const link = await request(`${server.apiUrl}/repos/octo/hello/tarball/main`, { headers })
    expect(link.statusCode).toBe(302)
    await link.body.dump()
    const location = String(link.headers['location'])
    expect(location).toMatch(`${server.apiUrl}/repositories/`)
    const archive = await request(location, { headers: { 'user-agent': 'test' } })
    expect(archive.statusCode).toBe(200)
    const folder = `octo-hello-${second.slice(0, 7)}`
    expect(archive.headers).toMatchObject({
      'content-type': 'application/x-gzip',
      'content-disposition': `attachment; filename=${folder}.tar.gz`,
    })
    const path = join(server.data, 'archive.tar.gz')
    writeFileSync(path, Buffer.from(await archive.body.arrayBuffer()))
    const names = execFileSync('tar', ['-tzf', path]).toString().trim().split('\n')
    expect(names).toContain(`${folder}/dir/b.txt`)

    const zip = await octokit.repos.downloadZipballArchive({ ...at, ref: 'feature/a' })
    const bytes = Buffer.from(zip.data instanceof ArrayBuffer ? new Uint8Array(zip.data) : [])
    expect(bytes.toString('latin1', 0, 2)).toBe('PK')
  })

  it('cannot be had with a permission for another, nor without one', async () => {
    const { server, first, second } = await openForked()
    const token = await server.token('octo', ['repo'])
    const headers = { authorization: `Bearer ${token}`, 'user-agent': 'test' }
    const link = await request(`${server.apiUrl}/repos/octo/hello/tarball`, { headers })
    await link.body.dump()
    const location = String(link.headers['location'])
    expect(location).toContain(second)
    const [, id] = /repositories\/(\d+)/.exec(location) ?? []
    const past = new Date(server.app.now().getTime() - 1000).toISOString()
    const late = server.app.seal.seal(past, `archive:${id}:${second}:tar.gz`)
    const forged = [
      location.replace(/token=.*/, `token=${encodeURIComponent(late)}`),
      location.replace(second, first),
      location.replace('legacy.tar.gz', 'legacy.zip'),
      location.replace(/token=.*/, 'token=x'),
      location.replace(/\?.*/, ''),
    ]
    for (const url of forged) {
      const answer = await request(url, { headers })
      await answer.body.dump()
      expect(answer.statusCode).toBe(404)
    }
  })

  it('of an unknown ref is not there', async () => {
    const { octokit } = await openForked()
    const asked = octokit.repos.downloadTarballArchive({ ...at, ref: 'nope' })
    expect((await refusalOf(asked)).status).toBe(404)
  })
})
