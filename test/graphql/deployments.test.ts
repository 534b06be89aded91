import { describe, expect, it } from 'vitest'
import { engines } from '../support/engines.ts'
import { openStage } from './stage.ts'

/** What Apache DevLake's GitHub plugin asks for. */
const devLake = `
  query($owner: String!, $name: String!, $pageSize: Int!, $skipCursor: String) {
    rateLimit { cost limit remaining resetAt }
    repository(owner: $owner, name: $name) {
      id
      deployments(first: $pageSize, after: $skipCursor, orderBy: {field: CREATED_AT, direction: DESC}) {
        totalCount
        pageInfo { endCursor hasNextPage }
        nodes {
          task id databaseId state environment latestEnvironment description payload commitOid
          updatedAt createdAt
          commit { oid message author { name email } committedDate }
          repository { id name url }
          ref { id name prefix }
        }
      }
    }
  }`

/** What Backstage's GitHub deployments card asks for. */
const backstage = `
  query deployments($owner: String!, $repo: String!, $last: Int) {
    repository(owner: $owner, name: $repo) {
      deployments(last: $last) {
        nodes {
          state environment updatedAt
          commit { abbreviatedOid commitUrl }
          statuses(last: 1) { nodes { logUrl } }
          creator { login }
          repository { nameWithOwner }
          payload
        }
      }
    }
  }`

type Page = {
  readonly repository: {
    readonly deployments: {
      readonly totalCount: number
      readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean }
      readonly nodes: readonly { readonly databaseId: number; readonly [field: string]: unknown }[]
    }
  }
}

describe('deployments', () => {
  it('are read by DevLake, newest first, page by page', async () => {
    const { octokit, deploy, sha, server } = await openStage()
    const made = [await deploy('qa'), await deploy('qa'), await deploy('staging', sha)]
    const hello = { owner: 'octo', name: 'hello', pageSize: 2 }
    const first = (await octokit.graphql<Page>(devLake, hello)).repository.deployments
    expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } })
    expect(first.nodes).toMatchObject([
      { databaseId: made[2]?.id, ref: null, commitOid: sha },
      {
        databaseId: made[1]?.id,
        id: made[1]?.node_id,
        state: 'PENDING',
        payload: '{}',
        latestEnvironment: 'qa',
        commit: {
          oid: sha,
          message: 'One\n\nMore of it',
          author: { name: 'Octo', email: 'octo@example.com' },
        },
        repository: { name: 'hello', url: `${server.url}/octo/hello` },
        ref: { name: 'main', prefix: 'refs/heads/' },
      },
    ])
    const next = { ...hello, skipCursor: first.pageInfo.endCursor }
    const second = (await octokit.graphql<Page>(devLake, next)).repository.deployments
    expect(second.nodes.map(({ databaseId }) => databaseId)).toEqual([made[0]?.id])
    expect(second.pageInfo.hasNextPage).toBe(false)
  })

  it('are read by Backstage, the newest last', async () => {
    const { octokit, deploy, report, sha, server } = await openStage()
    const [, older, newer] = [await deploy('qa'), await deploy('qa'), await deploy('qa')]
    await report(older.id, 'failure', 'https://logs.example.com/1')
    await report(newer.id, 'in_progress', 'https://logs.example.com/2')
    await report(newer.id, 'success', 'https://logs.example.com/3')
    const asked = { owner: 'octo', repo: 'hello', last: 2 }
    const frame = {
      environment: 'qa',
      updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      commit: {
        abbreviatedOid: sha.slice(0, 7),
        commitUrl: `${server.url}/octo/hello/commit/${sha}`,
      },
      creator: { login: 'octo' },
      repository: { nameWithOwner: 'octo/hello' },
      payload: '{}',
    }
    const logsAt = (logUrl: string) => ({ statuses: { nodes: [{ logUrl }] } })
    expect(await octokit.graphql(backstage, asked)).toEqual({
      repository: {
        deployments: {
          nodes: [
            { ...frame, state: 'FAILURE', ...logsAt('https://logs.example.com/1') },
            { ...frame, state: 'ACTIVE', ...logsAt('https://logs.example.com/3') },
          ],
        },
      },
    })
  })
})

describe.each(engines)('deployments on %s', (engine) => {
  it('of some environments are filtered, counted and paged from either end', async () => {
    const { ask, deploy } = await openStage({ engine })
    const names = ['qa', 'staging', 'qa', 'production', 'staging', 'qa']
    const ids: number[] = []
    for (const name of names) ids.push((await deploy(name)).id)
    const wanted = ids.filter((_, n) => names[n] !== 'production')
    const page = async (args: string) => {
      const list = `deployments(environments: ["qa", "staging", "qa"], ${args}) {
        totalCount edges { cursor node { databaseId } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`
      const { data, errors } = await ask(`{ repository(owner: "octo", name: "hello") { ${list} } }`)
      expect(errors).toBeUndefined()
      const { deployments } = (data as { repository: { deployments: Edges } }).repository
      const { totalCount, pageInfo, edges } = deployments
      expect(totalCount).toBe(5)
      expect(edges.at(-1)?.cursor ?? null).toBe(pageInfo.endCursor)
      return { ...pageInfo, ids: edges.map(({ node }) => node.databaseId) }
    }
    const newestFirst = 'orderBy: {field: CREATED_AT, direction: DESC}'
    const start = await page('first: 2')
    expect(start).toMatchObject({ ids: wanted.slice(0, 2), hasNextPage: true })
    expect(await page(`first: 9, after: "${start.endCursor}"`)).toMatchObject({
      ids: wanted.slice(2),
      hasNextPage: false,
      hasPreviousPage: true,
    })
    const end = await page('last: 2')
    expect(end).toMatchObject({ ids: wanted.slice(-2), hasPreviousPage: true, hasNextPage: false })
    expect(await page(`last: 2, before: "${end.startCursor}"`)).toMatchObject({
      ids: wanted.slice(1, 3),
    })
    expect((await page(`first: 2, ${newestFirst}`)).ids).toEqual(wanted.slice(-2).reverse())
    expect((await page(`last: 2, ${newestFirst}`)).ids).toEqual(wanted.slice(0, 2).reverse())
    expect((await page('first: 0')).ids).toEqual([])
  })

  it('tell how they stand', async () => {
    const { ask, deploy, report } = await openStage({ engine })
    const old = await deploy('production')
    const current = await deploy('production')
    for (const { id } of [old, current]) await report(id, 'success')
    const replaced = await deploy('qa')
    const replacing = await deploy('qa')
    for (const { id } of [replaced, replacing]) await report(id, 'success')
    await deploy('qa')
    const { data } = await ask(`{ repository(owner: "octo", name: "hello") {
      deployments(first: 9) { nodes { state latestStatus { state logUrl environment } } } } }`)
    const statuses = { environment: 'production', logUrl: null }
    expect(data).toMatchObject({
      repository: {
        deployments: {
          nodes: [
            { state: 'SUCCESS', latestStatus: { state: 'SUCCESS', ...statuses } },
            { state: 'ACTIVE', latestStatus: { state: 'SUCCESS', ...statuses } },
            { state: 'INACTIVE', latestStatus: { state: 'INACTIVE' } },
            { state: 'ACTIVE' },
            { state: 'PENDING', latestStatus: null },
          ],
        },
      },
    })
  })

  it('take no more queries for many than for few', async () => {
    const { server, ask, deploy, report } = await openStage({ engine })
    for (let n = 0; n < 8; n++) {
      const { id } = await deploy(`qa-${n % 3}`)
      for (const state of ['in_progress', 'failure'] as const) await report(id, state)
    }
    await report((await deploy('qa-0')).id, 'success')
    const query = (
      first: number,
    ) => `{ repositoryOwner(login: "octo") { repositories(first: 5) { nodes {
      deployments(first: ${first}) { totalCount nodes {
        state creator { login ... on User { name } } commit { message committedDate } ref { name }
        latestStatus { state creator { login } deployment { databaseId } }
        statuses(last: ${first}) { totalCount nodes { state } }
      } } } } } }`
    await server.user('mona')
    const token = await server.token('mona', ['repo'])
    await ask('{viewer{login}}', {}, token)
    const queries = countQueries(server.app.store.read)
    const { errors } = await ask(query(2), {}, token)
    expect(errors).toBeUndefined()
    const forTwo = queries.take()
    await ask(query(8), {}, token)
    expect(forTwo).toBeGreaterThan(5)
    // A level that finds its parts at different moments may ask once more, but not once for each.
    expect(queries.take()).toBeLessThan(forTwo + 5)
  })
})

type Edges = {
  readonly totalCount: number
  readonly edges: readonly {
    readonly cursor: string
    readonly node: { readonly databaseId: number }
  }[]
  readonly pageInfo: {
    readonly startCursor: string | null
    readonly endCursor: string | null
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
  }
}

type Question = (...args: never[]) => Promise<unknown>

/** Counts what is asked of the database from now on. */
function countQueries(read: { all: Question; first: Question }) {
  let count = 0
  for (const name of ['all', 'first'] as const) {
    const asks = read[name]
    read[name] = (...args) => {
      count++
      return asks(...args)
    }
  }
  const take = () => {
    const taken = count
    count = 0
    return taken
  }
  return { take }
}
