import { request } from 'undici'
import { describe, expect, it } from 'vitest'
import { startServer } from '../support/server.ts'

/** The documents that GitHub's own command line sends (contract 14). */

async function open() {
  const server = await startServer()
  await server.user('octo')
  await server.user('mona')
  const secret = await server.repository('octo', 'secret', { private: true })
  await server.repository('octo', 'hello')

  async function post(path: string, token: string | undefined, body: object, host?: string) {
    const authorization = token ? { authorization: `bearer ${token}` } : {}
    const headers = { 'user-agent': 'test', ...authorization, ...(host && { host }) }
    const sent = { method: 'POST', headers, body: JSON.stringify(body) } as const
    const answer = await request(`${server.url}${path}`, sent)
    return { status: answer.statusCode, body: (await answer.body.json()) as Answer }
  }
  const token = await server.token('octo', ['repo'])
  const ask = async (query: string, variables: object = {}) =>
    (await post('/api/graphql', token, { query, variables })).body
  return { server, secret, post, token, ask }
}

type Answer = { readonly data?: unknown; readonly errors?: readonly object[] }

const whole = `
  fragment repo on Repository {
    id name owner { login } hasIssuesEnabled description hasWikiEnabled viewerPermission
    defaultBranchRef { name }
  }
  query RepositoryInfo($owner: String!, $name: String!) {
    repository(owner: $owner, name: $name) {
      ...repo
      parent { ...repo }
      owner { id, ... on User { login } }
      mergeCommitAllowed
      isPrivate
    }
  }`
const secretOnes = { owner: 'octo', name: 'Secret' }

describe('a query', () => {
  it('asks who is there, at /api/graphql and on the host of the API', async () => {
    const { post, token } = await open()
    const body = { query: 'query UserCurrent{viewer{login}}' }
    const answer = { status: 200, body: { data: { viewer: { login: 'octo' } } } }
    expect(await post('/api/graphql', token, body)).toEqual(answer)
    expect(await post('/graphql', token, body, 'api.localhost')).toEqual(answer)
    expect(await post('/api/graphql', undefined, body)).toMatchObject({
      status: 401,
      body: { message: 'This endpoint requires you to be authenticated.' },
    })
  })

  it('finds repositories under names of its own', async () => {
    const { ask, secret } = await open()
    const query = `query MapRepositoryNames {
      repo_000: repository(owner: "octo", name: "secret") { databaseId }
      repo_001: repository(owner: "octo", name: "gone") { databaseId }
    }`
    expect(await ask(query)).toEqual({
      data: { repo_000: { databaseId: secret.id }, repo_001: null },
      errors: [
        {
          type: 'NOT_FOUND',
          path: ['repo_001'],
          locations: [{ line: 3, column: 7 }],
          message: "Could not resolve to a Repository with the name 'octo/gone'.",
        },
      ],
    })
  })

  it('reads what a repository is, piece by piece', async () => {
    const { server, ask, secret } = await open()
    const info = async () => (await ask(whole, secretOnes)).data
    const repository = {
      id: expect.stringMatching(/^R_/),
      name: 'secret',
      owner: { login: 'octo', id: expect.stringMatching(/^U_/) },
      viewerPermission: 'ADMIN',
      defaultBranchRef: null,
      parent: null,
      isPrivate: true,
    }
    expect(await info()).toMatchObject({ repository })
    await server.commit(secret, { files: { a: 'a' } })
    expect(await info()).toMatchObject({ repository: { defaultBranchRef: { name: 'main' } } })
  })

  it('shows nobody what REST would not', async () => {
    const { server, post } = await open()
    const lost = await server.token('mona', ['repo'])
    const narrow = await server.token('octo', ['repo_deployment'])
    const toNobody = await post('/api/graphql', lost, { query: whole, variables: secretOnes })
    const gone = { owner: 'octo', name: 'Gone' }
    const ofNothing = await post('/api/graphql', lost, { query: whole, variables: gone })
    expect(JSON.stringify(toNobody)).toBe(JSON.stringify(ofNothing).replace('Gone', 'Secret'))
    expect(toNobody.body).toMatchObject({
      data: { repository: null },
      errors: [{ type: 'NOT_FOUND' }],
    })
    const few = await post('/api/graphql', narrow, { query: whole, variables: secretOnes })
    expect(few.body).toMatchObject({
      data: { repository: null },
      errors: [{ type: 'INSUFFICIENT_SCOPES' }],
    })
    for (const token of [lost, narrow]) {
      const open = { owner: 'octo', name: 'hello' }
      const shown = await post('/api/graphql', token, { query: whole, variables: open })
      expect(shown.body).toMatchObject({ data: { repository: { name: 'hello' } } })
    }
  })

  it('for what is not here names the field', async () => {
    const { ask } = await open()
    const query = 'query Q { repository(owner: "octo", name: "hello") { stars } }'
    expect(await ask(query)).toEqual({
      errors: [
        {
          path: ['query Q', 'repository', 'stars'],
          extensions: { code: 'undefinedField', typeName: 'Repository', fieldName: 'stars' },
          locations: [{ line: 1, column: 54 }],
          message: "Field 'stars' doesn't exist on type 'Repository'",
        },
      ],
    })
  })

  it('that cannot be answered says why', async () => {
    const { ask } = await open()
    const refused = [
      ['', 'A query attribute must be specified'],
      ['{viewer{login}', 'Syntax Error'],
      ['{user(login:"\\u0000"){id}}', 'NUL'],
      ['{user(login:"\\u{0}"){id}}', 'NUL'],
      ['query($l:String="\\u0000"){user(login:$l){id}}', 'NUL'],
      ['{viewer}', 'must have a selection of subfields'],
      ['{viewer{login{x}}}', 'must not have a selection'],
      ['{repository(owner:"octo"){name}}', '"name" of type "String!" is required'],
      ['{repository(owner:"octo",name:1){name}}', 'cannot represent a non string value'],
      ['query($n:String){repository(owner:"octo",name:$n){name}}', 'expecting type "String!"'],
      ['{viewer{repositories(orderBy:{field:NAME}){totalCount}}}', 'direction'],
      ['{viewer(x:1){login}}', 'Unknown argument "x"'],
      ['{...gone}', 'Unknown fragment "gone"'],
      ['fragment f on User{...f} {viewer{...f}}', 'too much at once'],
      [`{${'viewer{login} '.repeat(600)}}`, 'too much at once'],
      [`{${deep(25)}}`, 'too much at once'],
      [`{viewer{${wide(3)}}}`, 'too much at once'],
      ['{a '.repeat(4000), 'brackets within one another'],
      [`{a(b:${'['.repeat(5900)}`, 'brackets within one another'],
      [`{${'a '.repeat(7000)}}`, '6000 tokens'],
      [`{viewer{login}}${' '.repeat(70_000)}`, '65536 characters'],
      ['mutation{x}', "Field 'x' doesn't exist on type 'Mutation'"],
      ['query A{viewer{login}} query B{viewer{login}}', 'Must provide operation name'],
      ['fragment f on User{login}', 'never used'],
    ] as const
    for (const [query, message] of refused) {
      const { errors, data } = await ask(query)
      expect([query, data]).toEqual([query, undefined])
      expect(errors).toMatchObject([{ message: expect.stringContaining(message) }])
    }
  })
})

it('a list is what the caller may see, as gh repo list asks for it', async () => {
  const { server, ask, post } = await open()
  const query = `query RepositoryList($owner: String!, $perPage: Int!, $endCursor: String, $privacy: RepositoryPrivacy, $fork: Boolean) {
    repositoryOwner(login: $owner) {
      login
      repositories(first: $perPage, after: $endCursor, privacy: $privacy, isFork: $fork, ownerAffiliations: OWNER, orderBy: { field: PUSHED_AT, direction: DESC }) {
        nodes{name,isPrivate,nameWithOwner,pushedAt,visibility}
        totalCount
        pageInfo{hasNextPage,endCursor}
      }
    }
  }`
  const list = (totalCount: number, names: readonly string[]) => ({
    data: {
      repositoryOwner: { repositories: { totalCount, nodes: names.map((name) => ({ name })) } },
    },
  })
  const first = await ask(query, { owner: 'octo', perPage: 1 })
  expect(first).toMatchObject(list(2, ['hello']))
  const { endCursor } = (
    first.data as { repositoryOwner: { repositories: { pageInfo: { endCursor: string } } } }
  ).repositoryOwner.repositories.pageInfo
  const rest = { owner: 'octo', perPage: 5, endCursor }
  expect(await ask(query, rest)).toMatchObject(list(2, ['secret']))
  expect(await ask(query, { ...rest, endCursor: null, privacy: 'PRIVATE' })).toMatchObject(
    list(1, ['secret']),
  )
  expect(await ask(query, { ...rest, fork: true })).toMatchObject(list(0, []))
  const stranger = await server.token('mona', ['repo'])
  const seen = await post('/api/graphql', stranger, {
    query,
    variables: { owner: 'octo', perPage: 5 },
  })
  expect(seen.body).toMatchObject(list(1, ['hello']))
})

it('a list says how it wants to be paged', async () => {
  const { ask } = await open()
  const list = (args: string) => `{viewer{repositories${args}{nodes{name}}}}`
  for (const [args, type] of [
    ['', 'MISSING_PAGINATION_BOUNDARIES'],
    ['(first:101)', 'EXCESSIVE_PAGINATION'],
    ['(first:-1)', 'INVALID_PAGINATION_BOUNDARIES'],
    ['(first:1,last:1)', 'INVALID_PAGINATION_BOUNDARIES'],
    ['(first:1,after:"x")', 'INVALID_CURSOR_ARGUMENTS'],
  ] as const) {
    expect((await ask(list(args))).errors).toMatchObject([{ type }])
  }
})

const deep = (levels: number): string =>
  levels === 0 ? '__typename' : `viewer{repository(name:"hello"){owner{${deep(levels - 1)}}}}`

/** Lists of a hundred within one another. */
const wide = (levels: number): string =>
  levels === 0
    ? 'login'
    : `repositories(first:100){nodes{owner{__typename ...on User{${wide(levels - 1)}}}}}`
