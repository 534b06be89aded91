import { randomUUID } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findAccount } from '../../src/accounts/accounts.ts'
import { findTokens, revokeToken } from '../../src/auth/tokens.ts'
import { suspend, unsuspend } from '../../src/enterprise/enterprise.ts'
import { rememberReads } from '../../src/recent/recent-reads.ts'
import type { Db } from '../../src/store/engine.ts'
import { query } from '../../src/store/query.ts'
import { openStore } from '../../src/store/store.ts'
import { temporaryFolder } from '../support/engines.ts'
import { startServer } from '../support/server.ts'

const setting = query((db, p: { name: string }) =>
  db.selectFrom('settings').select('value').where('name', '=', p.name),
)
const insertSetting = query((db, p: { name: string; value: string }) =>
  db.insertInto('settings').values({ name: p.name, value: p.value }),
)
const insertTry = query((db, p: { subject: string }) =>
  db.insertInto('tries').values({ subject: p.subject, count: 1, ends_at: '' }),
)

async function open() {
  const store = await openStore(`${temporaryFolder()}/slipway.db`)
  onTestFinished(() => store.close())
  let asked = 0
  const read: Db = {
    all: (...question) => {
      asked += 1
      return store.read.all(...question)
    },
    first: store.read.first,
  }
  return { store: rememberReads({ ...store, read, readOnce: read }), asked: () => asked }
}

describe('what was read', () => {
  it('is not asked for again, also where there is nothing', async () => {
    const { store, asked } = await open()
    for (let n = 0; n < 3; n += 1) {
      expect(await store.read.first(setting, { name: 'colour' })).toBeUndefined()
    }
    expect(asked()).toBe(1)
  })

  it('is asked for each time by those who say that they ask once', async () => {
    const { store, asked } = await open()
    for (let n = 0; n < 3; n += 1) await store.readOnce.all(setting, { name: 'colour' })
    expect(asked()).toBe(3)
  })

  it('is known still when something else was written, as the same row', async () => {
    const { store } = await open()
    await store.transaction((tx) => tx.all(insertSetting, { name: 'colour', value: 'green' }))
    const outlives = async () => {
      const before = await store.read.first(setting, { name: 'colour' })
      await store.transaction((tx) => tx.all(insertTry, { subject: randomUUID() }))
      return (await store.read.first(setting, { name: 'colour' })) === before
    }
    // A second goes by now and then.
    await expect.poll(outlives).toBe(true)
  })

  it('is forgotten before a write is acknowledged', async () => {
    const { store } = await open()
    await store.read.first(setting, { name: 'colour' })
    const told: unknown[] = []
    await store.transaction(async (tx) => {
      tx.onCommit(() => told.push(store.read.first(setting, { name: 'colour' })))
      await tx.all(insertSetting, { name: 'colour', value: 'green' })
    })
    expect(await Promise.all(told)).toEqual([{ value: 'green' }])
    expect(await store.read.first(setting, { name: 'colour' })).toEqual({ value: 'green' })
  })

  it('may be sorted by whoever asked without anyone else seeing it', async () => {
    const { store } = await open()
    await store.transaction((tx) => tx.all(insertSetting, { name: 'colour', value: 'green' }))
    const rows = await store.read.all(setting, { name: 'colour' })
    rows.pop()
    expect(await store.read.all(setting, { name: 'colour' })).toHaveLength(1)
  })
})

describe('a request', () => {
  it('is refused at once when what allowed it is gone, whatever was remembered', async () => {
    const server = await startServer()
    await server.user('octo')
    await server.user('hubot')
    await server.repository('octo', 'hello')
    const authorization = `Bearer ${await server.token('hubot', ['repo'])}`
    const ask = async (path: string) =>
      (await fetch(`${server.apiUrl}${path}`, { headers: { authorization } })).status
    const hello = { owner: 'octo', repo: 'hello' }
    const hubot = { ...hello, username: 'hubot' }
    expect([await ask('/user'), await ask('/repos/octo/hello')]).toEqual([200, 200])

    const { repos } = await server.octokit('octo')
    await repos.update({ ...hello, private: true })
    expect(await ask('/repos/octo/hello')).toBe(404)
    await repos.addCollaborator(hubot)
    expect(await ask('/repos/octo/hello')).toBe(200)
    await repos.removeCollaborator(hubot)
    expect(await ask('/repos/octo/hello')).toBe(404)

    const account = await findAccount(server.app.store.read, 'hubot')
    await suspend(server.app, account)
    expect(await ask('/user')).toBe(403)
    await unsuspend(server.app, account)
    expect(await ask('/user')).toBe(200)
    const [token] = await findTokens(server.app.store.read, account)
    await revokeToken(server.app, token?.id ?? 0)
    expect(await ask('/user')).toBe(401)
  })
})
