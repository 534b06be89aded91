import {
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { App } from '../../src/app.ts'
import { type Config, readConfig } from '../../src/config.ts'
import { secretContextOf } from '../../src/delivery/deliveries/model.ts'
import type { Holder } from '../../src/holders/model.ts'
import { silentLog } from '../../src/lib/log.ts'
import { privateKeyContextOf, valueContextOf } from '../../src/secrets/model.ts'
import { rotateKey } from '../../src/server/secret-key.ts'
import { openApp, rotateSecretKey } from '../../src/server/server.ts'
import { query } from '../../src/store/query.ts'
import { openStore } from '../../src/store/store.ts'
import { type EngineName, emptyDatabase, engines, temporaryFolder } from '../support/engines.ts'
import { run, serve } from '../support/program.ts'

/** A data folder whose database holds sealed values of every kind. */
async function open(engine: EngineName = 'sqlite') {
  const data = temporaryFolder()
  const given = engine === 'postgres' ? { database_url: await emptyDatabase(engine) } : {}
  const { config } = readConfig({ data, ...given }, {})
  await withApp(config, fill)
  const key = join(data, 'secret.key')
  return { data, config, key, next: `${key}.next`, keyText: () => readFileSync(key, 'utf8') }
}

async function withApp<T>(config: Config, act: (app: App) => Promise<T>): Promise<T> {
  await using parts = new AsyncDisposableStack()
  const urls = { api: '', web: '', ssh: '' }
  return await act(await openApp(parts, config, { log: silentLog, urls }))
}

const secretsMade = 1201
const repository: Holder = { kind: 'repository', id: 1 }

/** More secrets than are sealed anew at a time. */
async function fill({ store, seal }: App) {
  const now = '2026-01-01T00:00:00.000Z'
  const private_key = seal.seal('private half', privateKeyContextOf(repository))
  const secret = seal.seal('of the hook', secretContextOf({ type: 'repository', id: 1 }))
  await store.transaction(async (tx) => {
    for (const insert of [insertAccount, insertRepository]) await tx.all(insert, { now })
    await tx.all(insertKeyPair, { now, private_key })
    for (const given of [{ secret }, { secret: null }]) await tx.all(insertHook, { now, ...given })
    for (let n = 0; n < secretsMade; n++) {
      const value = seal.seal(`value ${n}`, valueContextOf(repository, `S${n}`))
      await tx.all(insertSecret, { now, name: `S${n}`, value })
    }
  })
}

/** Every sealed value, opened; the hook's, the pair's, and how many secrets there are. */
async function openedIn({ store, seal }: App) {
  const secrets = await store.read.all(allSecrets, {})
  for (const { name, value } of secrets) {
    const text = seal.open(value, valueContextOf(repository, name))
    expect(`S${text.replace('value ', '')}`).toBe(name)
  }
  const pair = await store.read.first(privateKey, {})
  const hooks = await store.read.all(hookSecrets, {})
  return [
    seal.open(pair?.private_key ?? '', privateKeyContextOf(repository)),
    ...hooks.map(
      ({ secret }) => secret && seal.open(secret, secretContextOf({ type: 'repository', id: 1 })),
    ),
    secrets.length,
  ]
}

const whole = ['private half', 'of the hook', null, secretsMade]

describe.each(engines)('a new secret key on %s', (engine) => {
  it('opens every value, and the old one none', async () => {
    const { config, key, keyText, next } = await open(engine)
    const old = keyText()
    expect(await rotateSecretKey(config)).toBe(secretsMade + 2)
    expect(keyText()).not.toBe(old)
    expect([existsSync(next), statSync(key).mode & 0o777]).toEqual([false, 0o600])
    expect(readFileSync(`${key}.old`, 'utf8')).toBe(old)
    expect(await withApp(config, openedIn)).toEqual(whole)
    writeFileSync(key, old)
    await expect(withApp(config, openedIn)).rejects.toThrow('is not the key')
  })

  it('opens what an organization shares', async () => {
    const { config } = await open(engine)
    const context = valueContextOf({ kind: 'organization', id: 1 }, 'SHARED')
    await withApp(config, async ({ store, seal }) => {
      const row = { now: '2026-01-01T00:00:00.000Z', value: seal.seal('hunter2', context) }
      await store.transaction((tx) => tx.all(insertShared, row))
    })
    await rotateSecretKey(config)
    const opened = await withApp(config, async ({ store, seal }) => {
      const row = await store.read.first(shared, {})
      return seal.open(row?.value ?? '', context)
    })
    expect(opened).toBe('hunter2')
  })

  it('comes to nothing when it is interrupted before the commit', async () => {
    const { config, data, keyText, next } = await open(engine)
    const old = keyText()
    const store = await openStore(config.database_url ?? join(data, 'slipway.db'))
    const interrupted = rotateKey(data, store, () => Promise.reject(new Error('killed')))
    await expect(interrupted).rejects.toThrow('killed')
    await store.close()
    expect([keyText(), existsSync(next)]).toEqual([old, true])
    expect(await withApp(config, openedIn)).toEqual(whole)
    expect(keyText()).toBe(old)
    expect(await rotateSecretKey(config)).toBe(secretsMade + 2)
    expect(await withApp(config, openedIn)).toEqual(whole)
  })

  it('takes its place at the next start when it is interrupted after the commit', async () => {
    const { config, data, key, keyText, next } = await open(engine)
    copyFileSync(key, join(data, 'old'))
    await rotateSecretKey(config)
    const made = keyText()
    renameSync(key, next)
    renameSync(join(data, 'old'), key)
    expect(await withApp(config, openedIn)).toEqual(whole)
    expect([keyText(), existsSync(next)]).toEqual([made, false])
  })
})

it('half a new key, as a crash leaves it, does no harm', async () => {
  const { config, key, next } = await open()
  writeFileSync(next, 'AAAA')
  expect(await withApp(config, openedIn)).toEqual(whole)
  expect(await rotateSecretKey(config)).toBe(secretsMade + 2)
  writeFileSync(next, 'AAAA')
  renameSync(key, `${key}.lost`)
  await expect(withApp(config, openedIn)).rejects.toThrow('secret.key is missing')
})

it('a database that no server has used is not the one to rotate the key of', async () => {
  const { data, config, keyText } = await open()
  const old = keyText()
  renameSync(join(data, 'slipway.db'), join(data, 'elsewhere.db'))
  await expect(rotateSecretKey(config)).rejects.toThrow('No server has run with this database')
  expect(keyText()).toBe(old)
})

it('a lost key stops the start, also in the middle of a rotation', async () => {
  const { config, key, next } = await open()
  renameSync(key, next)
  // It opens everything: a rotation whose old key is already gone.
  expect(await withApp(config, openedIn)).toEqual(whole)
  renameSync(key, `${key}.lost`)
  await expect(withApp(config, openedIn)).rejects.toThrow('secret.key is missing')
  await expect(rotateSecretKey(config)).rejects.toThrow('secret.key is missing')
})

it('slipway secret-key rotate does it, but not under a running server', async () => {
  const { data, config, keyText } = await open()
  const old = keyText()
  const server = await serve(data)
  const refused = await run(['secret-key', 'rotate', '--data', data])
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  expect(refused.stderr).toContain(`in use by process ${server.child.pid}`)
  expect(keyText()).toBe(old)
  await server.stop()
  const done = await run(['secret-key', 'rotate', '--data', data])
  expect(done).toMatchObject({ code: 0, stdout: '' })
  expect(done.stderr).toContain(`Sealed ${secretsMade + 2} secrets with a new key`)
  expect(keyText()).not.toBe(old)
  expect(await withApp(config, openedIn)).toEqual(whole)
  const elsewhere = await run(['secret-key', 'rotate', '--data', `${data}-not-there`])
  expect(elsewhere.stderr).toContain('There is no data folder')
})

type Now = { now: string }

const insertAccount = query((db, p: Now) =>
  db.insertInto('accounts').values({
    ...{ id: 1, login: 'octo', login_key: 'octo', type: 'User', site_admin: 0 },
    created_at: p.now,
    updated_at: p.now,
  }),
)
const insertRepository = query((db, p: Now) =>
  db.insertInto('repositories').values({
    ...{ id: 1, owner_id: 1, name: 'hello', name_key: 'hello', private: 0, archived: 0 },
    default_branch: 'main',
    created_at: p.now,
    updated_at: p.now,
  }),
)
const insertKeyPair = query((db, p: Now & { private_key: string }) =>
  db.insertInto('key_pairs').values({
    ...{ repository_id: 1, key_id: '7', public_key: 'x' },
    private_key: p.private_key,
    created_at: p.now,
  }),
)
const insertHook = query((db, p: Now & { secret: string | null }) =>
  db.insertInto('hooks').values({
    ...{ repository_id: 1, active: 1, url: 'https://example.com', content_type: 'json' },
    ...{ insecure_ssl: 0, last_status: 'unused' },
    secret: p.secret,
    created_at: p.now,
    updated_at: p.now,
  }),
)
const insertSecret = query((db, p: Now & { name: string; value: string }) =>
  db.insertInto('secrets').values({
    repository_id: 1,
    name: p.name,
    value: p.value,
    created_at: p.now,
    updated_at: p.now,
  }),
)
const insertShared = query((db, p: Now & { value: string }) =>
  db.insertInto('secrets').values({
    ...{ organization_id: 1, name: 'SHARED', visibility: 'all' },
    value: p.value,
    created_at: p.now,
    updated_at: p.now,
  }),
)
const shared = query((db, _: object) =>
  db.selectFrom('secrets').select('value').where('organization_id', '=', 1),
)
const allSecrets = query((db, _: object) => db.selectFrom('secrets').select(['name', 'value']))
const privateKey = query((db, _: object) => db.selectFrom('key_pairs').select('private_key'))
const hookSecrets = query((db, _: object) => db.selectFrom('hooks').select('secret').orderBy('id'))
