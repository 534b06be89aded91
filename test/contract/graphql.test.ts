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
    const hidden = { data: { repository: null }, errors: [{ type: 'NOT_FOUND' }] }
    for (const [login, scopes] of [
      ['octo', ['repo_deployment']],
      ['mona', ['repo']],
    ] as const) {
      const token = await server.token(login, scopes)
      const { body } = await post('/api/graphql', token, { query: whole, variables: secretOnes })
      expect(body).toMatchObject(hidden)
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
      ['{viewer{login}', 'Parse error'],
      ['{viewer}', 'must have selections'],
      ['{viewer{login{x}}}', "can't be made on scalars"],
      ['{repository(owner:"octo"){name}}', 'missing required arguments: name'],
      ['{repository(owner:"octo",name:1){name}}', 'invalid value'],
      ['query($n:String){repository(owner:"octo",name:$n){name}}', 'invalid value'],
      [
        '{viewer{repositories(orderBy:{field:NAME}){totalCount}}}',
        "Field 'repositories' doesn't exist",
      ],
      ['{viewer(x:1){login}}', "doesn't accept argument 'x'"],
      ['{...gone}', 'fragment gone is not there'],
      ['{a:viewer{login} a:repository(owner:"o",name:"n"){name}}', 'field conflict'],
      ['fragment f on User{...f} {viewer{...f}}', 'too much at once'],
      [`{${'viewer{login} '.repeat(600)}}`, 'too much at once'],
      ['mutation{x}', 'use REST'],
      ['query A{viewer{login}} query B{viewer{login}}', 'An operation name is required'],
      ['fragment f on User{login}', 'No query'],
    ] as const
    for (const [query, message] of refused) {
      const { errors, data } = await ask(query)
      expect([query, data]).toEqual([query, undefined])
      expect(errors).toMatchObject([{ message: expect.stringContaining(message) }])
    }
  })
})
