import { describe, expect, it } from 'vitest'
import { findContexts } from '../../src/commits/commits.ts'
import { insertStatus } from '../../src/commits/queries.ts'
import { engines } from '../support/engines.ts'
import { payloadsOf } from '../support/events.ts'
import { faultsOf } from '../support/openapi.ts'
import { refusalOf } from '../support/refusal.ts'
import { startServer } from '../support/server.ts'

/** https://docs.github.com/rest/commits/statuses */

const at = { owner: 'octo', repo: 'hello' }

async function open(engine: 'sqlite' | 'postgres' = 'sqlite') {
  const server = await startServer({ engine })
  await server.user('octo')
  const repository = await server.repository('octo', 'hello', { private: true })
  const sha = await server.commit(repository, { branch: 'feature/a', files: { a: 'a' } })
  const octokit = await server.octokit('octo', ['repo:status'])
  const post = async (context: string, state: 'error' | 'failure' | 'pending' | 'success') =>
    (await octokit.repos.createCommitStatus({ ...at, sha, context, state })).data
  return { server, repository, sha, octokit, post }
}

const faults = (method: string, path: string, answer: { status: number; data: unknown }) =>
  faultsOf({ method, path: `/repos/octo/hello${path}`, status: answer.status, body: answer.data })

describe('creating a commit status', () => {
  it('answers with the status, and its address in Location', async () => {
    const { server, octokit, sha } = await open()
    const created = await octokit.repos.createCommitStatus({
      ...at,
      sha: sha.toUpperCase(),
      state: 'success',
      target_url: 'https://ci.example.com/1',
      description: 'It works 🎉',
      context: 'CI/Build',
    })
    const url = `${server.apiUrl}/repos/octo/hello/statuses/${sha}`
    expect(created.headers.location).toBe(url)
    expect(created.data).toEqual({
      url,
      avatar_url: created.data.creator?.avatar_url,
      id: created.data.id,
      node_id: expect.stringMatching(/^SC_/),
      state: 'success',
      description: 'It works 🎉',
      target_url: 'https://ci.example.com/1',
      context: 'CI/Build',
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      updated_at: created.data.created_at,
      creator: expect.objectContaining({ login: 'octo' }),
    })
    expect(faults('POST', `/statuses/${sha}`, created)).toEqual([])
  })

  it('has a context of its own when none is named, and nothing where nothing was said', async () => {
    const { octokit, sha } = await open()
    const bare = { ...at, sha, state: 'pending' } as const
    for (const more of [
      {},
      { context: '', target_url: '' },
      { description: null, target_url: null },
    ]) {
      const { data } = await octokit.repos.createCommitStatus({ ...bare, ...more })
      expect(data).toMatchObject({ context: 'default', target_url: null, description: null })
    }
  })

  it('is refused for what is no commit of the repository', async () => {
    const { octokit } = await open()
    for (const sha of ['f'.repeat(40), 'feature', 'abc1234', '-x']) {
      const post = octokit.repos.createCommitStatus({ ...at, sha, state: 'success' })
      expect(await refusalOf(post)).toMatchObject({
        status: 422,
        body: { message: `No commit found for SHA: ${sha}`, status: '422' },
      })
    }
  })

  it('is refused with the field that is wrong', async () => {
    const { octokit, sha } = await open()
    const post = (body: object) =>
      refusalOf(octokit.request(`POST /repos/octo/hello/statuses/${sha}`, { ...body }))
    expect((await post({ context: 'ci' })).body).toMatchObject({
      message: 'Invalid request.\n\n"state" wasn\'t supplied.',
    })
    for (const [field, value] of [
      ['state', 'inactive'],
      ['target_url', 'javascript:alert(1)'],
      ['description', 'x'.repeat(141)],
      ['context', 'x'.repeat(256)],
      ['context', 'a\0b'],
    ]) {
      const { status, body } = await post({ state: 'success', [field ?? '']: value })
      expect([status, body]).toMatchObject([422, { errors: [{ resource: 'Status', field }] }])
    }
  })

  it('is refused after a thousand for one sha and context, whatever its case', async () => {
    const { server, repository, octokit, sha, post } = await open()
    const row = {
      repository_id: repository.id,
      sha,
      creator_id: null,
      state: 'pending',
      context: 'ci',
      context_key: 'ci',
      description: null,
      target_url: null,
      created_at: '2026-01-31T12:00:00.000Z',
      updated_at: '2026-01-31T12:00:00.000Z',
    } as const
    await server.app.store.transaction(async (tx) => {
      for (let n = 1; n < 1000; n++) await tx.all(insertStatus, row)
    }, repository.id)
    await post('Ci', 'success')
    const more = octokit.repos.createCommitStatus({ ...at, sha, state: 'success', context: 'CI' })
    expect(await refusalOf(more)).toMatchObject({
      status: 422,
      body: {
        errors: [{ message: 'This SHA and context has reached the maximum number of statuses.' }],
      },
    })
    expect((await post('other', 'success')).context).toBe('other')
  })

  it('asks for push access and the scope', async () => {
    const { server, sha } = await open()
    await server.user('hubot')
    const post = async (login: string, scopes: string[]) => {
      const octokit = await server.octokit(login, scopes)
      return refusalOf(octokit.repos.createCommitStatus({ ...at, sha, state: 'success' }))
    }
    expect((await post('octo', ['repo_deployment'])).status).toBe(404)
    expect((await post('hubot', ['repo'])).status).toBe(404)
  })

  it('tells hooks, with the commit and the branches it heads', async () => {
    const { server, repository, sha, post } = await open()
    const status = await post('CI', 'failure')
    const [event] = await payloadsOf(server.app, repository.id, 'status')
    const time = status.created_at.replace('Z', '+00:00')
    expect(event).toMatchObject({
      id: status.id,
      sha,
      name: 'octo/hello',
      context: 'CI',
      state: 'failure',
      description: null,
      target_url: null,
      commit: { sha, commit: { message: 'A commit' }, author: null },
      branches: [{ name: 'feature/a', commit: { sha }, protected: false }],
      created_at: time,
      updated_at: time,
      repository: { full_name: 'octo/hello' },
      sender: { login: 'octo' },
      ordering_key: `commit:${sha}`,
    })
  })
})

describe.each(engines)('reading commit statuses on %s', (engine) => {
  it('lists all there were, newest first, by any ref and by the old address', async () => {
    const { octokit, repository, sha, post } = await open(engine)
    const ids: number[] = []
    for (const state of ['pending', 'failure', 'success'] as const) {
      ids.unshift((await post('ci', state)).id)
    }
    const listed = await octokit.repos.listCommitStatusesForRef({ ...at, ref: sha })
    expect(listed.data.map(({ id }) => id)).toEqual(ids)
    expect(faults('GET', `/commits/${sha}/statuses`, listed)).toEqual([])
    for (const path of [
      'commits/feature/a/statuses',
      'commits/heads/feature/a/statuses',
      'commits/feature%2Fa/statuses',
      `commits/${sha.slice(0, 8)}/statuses`,
      'statuses/feature/a',
    ]) {
      expect((await octokit.request(`GET /repos/octo/hello/${path}`)).data).toEqual(listed.data)
    }
    const page = await octokit.repos.listCommitStatusesForRef({
      ...at,
      ref: 'feature/a',
      per_page: 1,
      page: 2,
    })
    expect(page.data.map(({ id }) => id)).toEqual(ids.slice(1, 2))
    expect(page.headers.link).toContain(
      `/repositories/${repository.id}/commits/feature/a/statuses?per_page=1&page=3>; rel="next"`,
    )
  })

  it('combines the latest of each context, oldest first', async () => {
    const { server, repository, octokit, sha, post } = await open(engine)
    const combined = async (query = '') =>
      await octokit.request(`GET /repos/octo/hello/commits/feature/a/status${query}`)
    expect((await combined()).data).toMatchObject({
      state: 'pending',
      total_count: 0,
      statuses: [],
    })

    await post('ci', 'failure')
    const lint = await post('lint', 'success')
    expect((await combined()).data.state).toBe('failure')
    const ci = await post('CI', 'success')
    const answer = await combined()
    expect(answer.data).toMatchObject({
      state: 'success',
      sha,
      total_count: 2,
      repository: { full_name: 'octo/hello' },
      commit_url: `${server.apiUrl}/repos/octo/hello/commits/${sha}`,
      url: `${server.apiUrl}/repos/octo/hello/commits/${sha}/status`,
    })
    expect(answer.data.statuses.map(({ id }: { id: number }) => id)).toEqual([lint.id, ci.id])
    expect(answer.data.statuses[0]).not.toHaveProperty('creator')
    expect(answer.headers['x-accepted-oauth-scopes']).toBe('repo, repo:status')
    expect(faults('GET', '/commits/x/status', answer)).toEqual([])

    await post('slow', 'pending')
    const page = await combined('?per_page=1')
    expect(page.data).toMatchObject({ state: 'pending', total_count: 3 })
    expect(page.headers.link).toContain('rel="last"')

    expect(await findContexts(server.app.store.read, repository.id, sha)).toEqual([
      { context: 'lint', state: 'success' },
      { context: 'CI', state: 'success' },
      { context: 'slow', state: 'pending' },
    ])
  })

  it('is as if not there for an unknown ref', async () => {
    const { octokit } = await open(engine)
    const nowhere = { ...at, ref: 'nope' }
    const list = await refusalOf(octokit.repos.listCommitStatusesForRef(nowhere))
    const combined = await refusalOf(octokit.repos.getCombinedStatusForRef(nowhere))
    expect([list.status, combined.status]).toEqual([404, 404])
  })
})

it('tells a branch that is named like a status from the status of a branch', async () => {
  const { server, repository } = await open()
  const sha = await server.commit(repository, { branch: 'x/status', files: { x: 'x' } })
  const octokit = await server.octokit('octo')
  const { data } = await octokit.repos.getCommit({ ...at, ref: 'x/status' })
  expect(data.sha).toBe(sha)
  const { data: combined } = await octokit.repos.getCombinedStatusForRef({ ...at, ref: 'x/status' })
  expect(combined.sha).toBe(sha)
})
