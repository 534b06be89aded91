import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { faultsOf } from '../support/openapi.ts'
import { refusalOf } from '../support/refusal.ts'
import { startServer } from '../support/server.ts'

/** https://docs.github.com/rest/git/refs and https://docs.github.com/rest/branches/branches */

const at = { owner: 'octo', repo: 'hello' }

async function open({ private: isPrivate = true } = {}) {
  const server = await startServer()
  await server.user('octo')
  const repository = await server.repository('octo', 'hello', { private: isPrivate })
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Octo', '-c', 'user.email=octo@example.com', ...args], {
      cwd: server.app.git.path(repository.id),
    })
      .toString()
      .trim()
  return { server, repository, git, octokit: await server.octokit('octo') }
}

/** Branches main, feature/a, feature/b and tags v1, v2, of which v2 is annotated. */
async function openFilled() {
  const world = await open()
  const sha = await world.server.commit(world.repository, { files: { a: 'a' } })
  world.git('branch', 'feature/a', 'main')
  world.git('branch', 'feature/b', 'main')
  world.git('tag', 'v1', 'main')
  world.git('tag', '-a', '-m', 'Two', 'v2', 'main')
  return { ...world, sha }
}

const faults = (path: string, { status, data }: { status: number; data: unknown }) =>
  faultsOf({ method: 'GET', path: `/repos/octo/hello${path}`, status, body: data })

describe('branches', () => {
  it('are listed by name, a page at a time; none is protected', async () => {
    const { octokit, repository, sha } = await openFilled()
    const all = await octokit.repos.listBranches(at)
    expect(all.data.map(({ name }) => name)).toEqual(['feature/a', 'feature/b', 'main'])
    expect(all.data[2]).toEqual({
      name: 'main',
      commit: { sha, url: expect.stringMatching(`/api/v3/repos/octo/hello/commits/${sha}$`) },
      protected: false,
    })
    expect(faults('/branches', all)).toEqual([])
    const page = await octokit.repos.listBranches({ ...at, per_page: 2, page: 2 })
    expect(page.data.map(({ name }) => name)).toEqual(['main'])
    expect(page.headers.link).toContain(
      `/repositories/${repository.id}/branches?per_page=2&page=1>; rel="prev"`,
    )
    const isProtected = await octokit.repos.listBranches({ ...at, protected: true })
    expect(isProtected.data).toEqual([])
    const unprotected = await octokit.repos.listBranches({ ...at, protected: false })
    expect(unprotected.data).toHaveLength(3)
  })

  it('are had by name, slashes raw or encoded', async () => {
    const { server, octokit, sha } = await openFilled()
    const encoded = await octokit.repos.getBranch({ ...at, branch: 'feature/a' })
    const raw = await octokit.request('GET /repos/octo/hello/branches/feature/a')
    expect(raw.data).toEqual(encoded.data)
    expect(encoded.data).toMatchObject({
      name: 'feature/a',
      commit: { sha, commit: { message: 'A commit' } },
      _links: {
        self: `${server.apiUrl}/repos/octo/hello/branches/feature/a`,
        html: `${server.url}/octo/hello/tree/feature/a`,
      },
      protected: false,
    })
    expect(faults('/branches/x', encoded)).toEqual([])
    const missing = octokit.repos.getBranch({ ...at, branch: 'nope' })
    expect(await refusalOf(missing)).toMatchObject({
      status: 404,
      body: { message: 'Branch not found' },
    })
  })
})

describe('tags', () => {
  it('are listed with their commits, the last name first', async () => {
    const { octokit, sha } = await openFilled()
    const tags = await octokit.repos.listTags(at)
    expect(tags.data.map(({ name, commit }) => [name, commit.sha])).toEqual([
      ['v2', sha],
      ['v1', sha],
    ])
    expect(tags.data[1]?.tarball_url).toMatch('/repos/octo/hello/tarball/refs/tags/v1')
    expect(faults('/tags', tags)).toEqual([])
  })
})

describe('a ref', () => {
  it('is the one of exactly that name', async () => {
    const { server, octokit, git, sha } = await openFilled()
    const branch = await octokit.git.getRef({ ...at, ref: 'heads/feature/a' })
    const api = `${server.apiUrl}/repos/octo/hello`
    expect(branch.data).toEqual({
      ref: 'refs/heads/feature/a',
      node_id: expect.stringMatching(/^REF_/),
      url: `${api}/git/refs/heads/feature/a`,
      object: { sha, type: 'commit', url: `${api}/git/commits/${sha}` },
    })
    expect(faults('/git/ref/x', branch)).toEqual([])
    expect((await octokit.request(`GET ${branch.data.url}`)).data).toEqual(branch.data)

    const tag = await octokit.git.getRef({ ...at, ref: 'tags/v2' })
    const object = git('rev-parse', 'v2')
    expect(tag.data.object).toEqual({ sha: object, type: 'tag', url: `${api}/git/tags/${object}` })

    for (const ref of ['heads/feature', 'heads/nope', 'main', 'heads/', '../HEAD']) {
      expect((await refusalOf(octokit.git.getRef({ ...at, ref }))).status).toBe(404)
    }
  })

  it('is looked for in vain in an empty repository', async () => {
    const { octokit } = await open()
    for (const path of ['ref/heads/main', 'matching-refs/heads']) {
      const asked = octokit.request(`GET /repos/octo/hello/git/${path}`)
      expect(await refusalOf(asked)).toMatchObject({
        status: 409,
        body: { message: 'Git Repository is empty.' },
      })
    }
  })

  it('matches what starts like it', async () => {
    const { octokit } = await openFilled()
    const matching = async (ref: string) => {
      const answer = await octokit.git.listMatchingRefs({ ...at, ref })
      expect(faults('/git/matching-refs/x', answer)).toEqual([])
      return answer.data.map((found) => found.ref)
    }
    expect(await matching('heads/feat')).toEqual(['refs/heads/feature/a', 'refs/heads/feature/b'])
    expect(await matching('tags/v')).toEqual(['refs/tags/v1', 'refs/tags/v2'])
    expect(await matching('heads')).toHaveLength(3)
    expect(await matching('')).toHaveLength(5)
    expect(await matching('heads/nope')).toEqual([])
  })
})

describe('code on a private repository', () => {
  const paths = [
    '/branches',
    '/branches/main',
    '/tags',
    '/commits',
    '/commits/main',
    '/compare/main...main',
    '/git/ref/heads/main',
    '/git/matching-refs/heads',
    '/tarball/main',
    '/zipball/main',
  ]

  it('is as if not there for tokens that may only deploy, and for strangers', async () => {
    const { server } = await openFilled()
    await server.user('hubot')
    const strangers = [
      await server.octokit('octo', ['repo_deployment', 'repo:status', 'public_repo']),
      await server.octokit('hubot', ['repo']),
    ]
    for (const octokit of strangers) {
      for (const path of paths) {
        const { status, body } = await refusalOf(octokit.request(`GET /repos/octo/hello${path}`))
        expect([path, status, body]).toMatchObject([path, 404, { message: 'Not Found' }])
      }
    }
  })

  it('is there for a token with repo, under both addresses', async () => {
    const { octokit, repository } = await openFilled()
    for (const path of paths) {
      for (const base of ['/repos/octo/hello', `/repositories/${repository.id}`]) {
        expect((await octokit.request(`GET ${base}${path}`)).status).toBe(200)
      }
    }
  })
})
