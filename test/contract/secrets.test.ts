import { describe, expect, it } from 'vitest'
import { valueContextOf } from '../../src/secrets/model.ts'
import { query } from '../../src/store/query.ts'
import { dumpOf } from '../support/dump.ts'
import { type EngineName, engines } from '../support/engines.ts'
import { refusalOf } from '../support/refusal.ts'
import { sealedFor } from '../support/sealed-box.ts'
import { startServer } from '../support/server.ts'

/** https://docs.github.com/rest/actions/secrets */

const at = { owner: 'octo', repo: 'hello' }
const qa = { ...at, environment_name: 'qa' }

async function open(engine: EngineName = 'sqlite') {
  const server = await startServer({ engine })
  await server.user('octo')
  const repository = await server.repository('octo', 'hello')
  const octokit = await server.octokit('octo')
  const { actions } = octokit
  const { data: environment } = await octokit.repos.createOrUpdateEnvironment(qa)
  const { data: pair } = await actions.getEnvironmentPublicKey(qa)

  /** As a client does: sealed with the environment's key. */
  async function put(secret_name: string, value: string | Buffer) {
    const encrypted_value = await sealedFor(pair.key, value)
    const { key_id } = pair
    const sealed = { secret_name, encrypted_value, key_id }
    return await actions.createOrUpdateEnvironmentSecret({ ...qa, ...sealed })
  }
  const names = async () =>
    (await actions.listEnvironmentSecrets(qa)).data.secrets.map(({ name }) => name)
  return { server, repository, octokit, actions, environment, pair, put, names }
}

const stored = query((db, _: object) => db.selectFrom('secrets').selectAll().orderBy('id'))

describe('the key pair of an environment', () => {
  it('stays, and is of that environment alone', async () => {
    const { actions, octokit, pair } = await open()
    expect(Buffer.from(pair.key, 'base64')).toHaveLength(32)
    expect((await actions.getEnvironmentPublicKey(qa)).data).toEqual(pair)
    const other = { ...at, environment_name: 'other' }
    await octokit.repos.createOrUpdateEnvironment(other)
    const { data } = await actions.getEnvironmentPublicKey(other)
    const ofRepository = (await actions.getRepoPublicKey(at)).data
    expect(new Set([pair.key, data.key, ofRepository.key]).size).toBe(3)
    expect(new Set([pair.key_id, data.key_id, ofRepository.key_id]).size).toBe(3)
  })

  it('is made once, however many ask for it first', async () => {
    const { actions } = await open()
    const asked = Array.from({ length: 8 }, () => actions.getRepoPublicKey(at))
    const ids = (await Promise.all(asked)).map(({ data }) => data.key_id)
    expect(new Set(ids).size).toBe(1)
  })

  it('is another one after the environment was made anew, and the old one is refused', async () => {
    const { actions, octokit, pair, put } = await open()
    await put('a', 'x')
    await octokit.repos.deleteAnEnvironment(qa)
    expect((await refusalOf(put('a', 'x'))).status).toBe(404)
    await octokit.repos.createOrUpdateEnvironment(qa)
    expect((await actions.listEnvironmentSecrets(qa)).data.total_count).toBe(0)
    expect((await actions.getEnvironmentPublicKey(qa)).data.key_id).not.toBe(pair.key_id)
    expect(await refusalOf(put('a', 'x'))).toMatchObject({
      status: 422,
      body: { message: 'Validation Failed', errors: [{ field: 'key_id' }] },
    })
  })
})

describe('a secret', () => {
  it('answers 201 with {} when it is new and 204 when it is not, and shows its name alone', async () => {
    const { put, actions } = await open()
    expect(await put('token', 'one')).toMatchObject({ status: 201, data: {} })
    expect((await put('Token', 'two')).status).toBe(204)
    const { data } = await actions.getEnvironmentSecret({ ...qa, secret_name: 'tOKEN' })
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    expect(data).toEqual({ name: 'TOKEN', created_at: time, updated_at: time })
    const list = { total_count: 1, secrets: [data] }
    expect((await actions.listEnvironmentSecrets(qa)).data).toEqual(list)
  })

  it.each(['text\nof two lines', '', Buffer.from([0, 255, 254, 10]), 'naïve 🚀'])(
    'is kept to the byte: %j',
    async (value) => {
      const { server, put, environment } = await open()
      await put('token', value)
      const [row] = await server.app.store.read.all(stored, {})
      const context = valueContextOf({ kind: 'environment', id: environment.id }, 'TOKEN')
      const text = server.app.seal.open(row?.value ?? '', context)
      expect(Buffer.from(text, 'base64')).toEqual(Buffer.from(value))
    },
  )

  it('cannot be opened in the place of another one', async () => {
    const { server, put } = await open()
    await put('token', 'hunter2')
    const [row] = await server.app.store.read.all(stored, {})
    const elsewhere = valueContextOf({ kind: 'environment', id: 999 }, 'TOKEN')
    expect(() => server.app.seal.open(row?.value ?? '', elsewhere)).toThrow()
  })

  it('of a repository is another than that of its environment', async () => {
    const { actions, put, names } = await open()
    await put('token', 'x')
    expect((await actions.listRepoSecrets(at)).data.total_count).toBe(0)
    const { key, key_id } = (await actions.getRepoPublicKey(at)).data
    const sealed = { encrypted_value: await sealedFor(key, 'x'), key_id }
    const of = { ...at, secret_name: 'token' }
    expect((await actions.createOrUpdateRepoSecret({ ...of, ...sealed })).status).toBe(201)
    expect((await actions.createOrUpdateRepoSecret({ ...of, ...sealed })).status).toBe(204)
    await actions.deleteRepoSecret(of)
    expect((await refusalOf(actions.getRepoSecret(of))).status).toBe(404)
    expect(await names()).toEqual(['TOKEN'])
  })

  it.each(['1st', 'GITHUB_TOKEN', 'github_x', 'a-b', 'a b', 'ä', 'x'.repeat(256)])(
    'cannot be called %s',
    async (name) => {
      const { put, actions } = await open()
      const refusal = { status: 422, body: { errors: [{ resource: 'Secret', field: 'name' }] } }
      expect(await refusalOf(put(name, 'x'))).toMatchObject(refusal)
      const get = actions.getEnvironmentSecret({ ...qa, secret_name: name })
      expect((await refusalOf(get)).status).toBe(404)
    },
  )

  it('is refused when it was sealed for another key, or is no sealed box', async () => {
    const { actions, pair } = await open()
    const { key } = (await actions.getRepoPublicKey(at)).data
    const wrong = [await sealedFor(key, 'x'), '', 'AAAA', Buffer.alloc(64).toString('base64'), '%']
    for (const encrypted_value of wrong) {
      const sealed = { secret_name: 'a', encrypted_value, key_id: pair.key_id }
      const refused = refusalOf(actions.createOrUpdateEnvironmentSecret({ ...qa, ...sealed }))
      const body = { errors: [{ field: 'encrypted_value' }] }
      expect(await refused).toMatchObject({ status: 422, body })
    }
  })

  it('has at most 48 KB', async () => {
    const { put } = await open()
    expect((await put('a', Buffer.alloc(48 * 1024, 7))).status).toBe(201)
    expect((await refusalOf(put('b', Buffer.alloc(48 * 1024 + 1, 7)))).status).toBe(422)
    expect((await refusalOf(put('b', Buffer.alloc(200_000, 7)))).status).toBe(422)
  })

  it('is one of at most 100', async () => {
    const { put, names } = await open()
    for (let n = 0; n < 100; n++) await put(`s${n}`, 'x')
    expect(await refusalOf(put('one_more', 'x'))).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'name', message: expect.stringContaining('100 secrets') }] },
    })
    expect((await put('s7', 'y')).status).toBe(204)
    expect(await names()).toHaveLength(30)
  })

  it('is listed a page at a time, and gone when deleted', async () => {
    const { put, actions, names, repository } = await open()
    for (const name of ['c', 'a', 'b']) await put(name, 'x')
    const { data, headers } = await actions.listEnvironmentSecrets({ ...qa, per_page: 2 })
    expect([data.total_count, data.secrets.map(({ name }) => name)]).toEqual([3, ['C', 'A']])
    const next = `/repositories/${repository.id}/environments/qa/secrets?per_page=2&page=2>; rel="next"`
    expect(headers.link).toContain(next)
    await actions.deleteEnvironmentSecret({ ...qa, secret_name: 'A' })
    expect(await names()).toEqual(['C', 'B'])
    const again = actions.deleteEnvironmentSecret({ ...qa, secret_name: 'A' })
    expect((await refusalOf(again)).status).toBe(404)
  })
})

it('an environment with slashes in its name is reached with them raw or encoded', async () => {
  const { octokit, repository } = await open()
  const environment_name = 'review/a/b'
  await octokit.repos.createOrUpdateEnvironment({ ...at, environment_name })
  const keys = new Set<string>()
  for (const base of ['/repos/octo/hello', `/repositories/${repository.id}`]) {
    for (const name of ['review/a/b', 'review%2Fa%2Fb', 'REVIEW/a%2fb']) {
      const all = `${base}/environments/${name}/secrets`
      const { data } = await octokit.request(`GET ${all}/public-key`)
      keys.add(data.key_id)
      const encrypted_value = await sealedFor(data.key, 'x')
      await octokit.request(`PUT ${all}/X`, { encrypted_value, key_id: data.key_id })
      expect((await octokit.request(`GET ${all}`)).data.total_count).toBe(1)
    }
  }
  expect(keys.size).toBe(1)
})

it('an environment that is named like what lies below one is still found by its own url', async () => {
  const { octokit } = await open()
  for (const environment_name of ['qa/secrets', 'qa/variables/x', 'secrets']) {
    const { data } = await octokit.repos.createOrUpdateEnvironment({ ...at, environment_name })
    expect((await octokit.request(`GET ${data.url}`)).data.name).toBe(environment_name)
  }
})

it.each(engines)('the database never holds a value in clear, on %s', async (engine) => {
  const { server, octokit, put, actions } = await open(engine)
  await put('token', 'hunter2-of-the-environment')
  const { key, key_id } = (await actions.getRepoPublicKey(at)).data
  const encrypted_value = await sealedFor(key, 'hunter2-of-the-repository')
  await actions.createOrUpdateRepoSecret({ ...at, secret_name: 'a', encrypted_value, key_id })
  const config = { url: 'https://example.com', secret: 'hunter2-of-the-hook' }
  await octokit.repos.createWebhook({ ...at, config })
  await actions.createRepoVariable({ ...at, name: 'place', value: 'found-by-the-dump' })
  const dump = await dumpOf(server.app, engine)
  for (const known of ['TOKEN', key_id, key, 'found-by-the-dump']) expect(dump).toContain(known)
  expect(dump).not.toContain('hunter2')
})
