import { EventEmitter } from 'node:events'
import { onTestFinished } from 'vitest'
import type { Signals } from '../../src/app.ts'
import { startDispatcher } from '../../src/delivery/dispatch/dispatch.ts'
import type { LeaseTimes } from '../../src/delivery/leases/model.ts'
import { recordEvent } from '../../src/events/events.ts'
import { noOptions } from '../../src/hooks/hook-options/model.ts'
import { writeOptions } from '../../src/hooks/hook-options/queries.ts'
import { silentLog } from '../../src/lib/log.ts'
import { sealWith } from '../../src/lib/seal.ts'
import { columns, query } from '../../src/store/query.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import type { DeliveryRow, HookRow } from '../../src/tables/hooks.ts'
import { type EngineName, emptyDatabase } from '../support/engines.ts'

type DispatcherApp = Parameters<typeof startDispatcher>[0]

/** A store with one repository, and what a dispatcher needs; time can be moved on. */
export type World = Awaited<ReturnType<typeof openWorld>>

export async function openWorld(engine: EngineName = 'sqlite', path?: string) {
  const url = path ?? (await emptyDatabase(engine))
  const store = await openStore(url)
  let closed: Promise<void> | undefined
  const close = () => {
    closed ??= store.close()
    return closed
  }
  onTestFinished(close)
  const clock = { aheadMs: 0 }
  const app = {
    store,
    now: () => new Date(Date.now() + clock.aheadMs),
    log: silentLog,
    seal: sealWith(Buffer.alloc(32, 7)),
    signals: new EventEmitter<Signals>(),
    webhookAllow: ['127.0.0.0/8'],
    urls: {
      api: 'http://127.0.0.1:1/api/v3',
      web: 'http://127.0.0.1:1',
      ssh: 'ssh://git@127.0.0.1:2',
    },
  }
  const repositoryId = await addRepository(store, 'octo')
  const happen = (name: string, payload: object, ordering_key?: string, id = repositoryId) =>
    store.transaction((tx) =>
      recordEvent(app, tx, {
        repository_id: id,
        name,
        payload,
        ...(ordering_key && { ordering_key }),
      }),
    )
  return {
    app,
    url,
    store,
    close,
    repositoryId,
    happen,
    /** One more, of another owner. */
    addRepository: (login: string) => addRepository(store, login),
    addHook: (hook: Partial<NewHook> & { url: string }, id = repositoryId) =>
      addHook(store, id, hook),
    startDispatcher: (given: DispatcherApp = app, times?: LeaseTimes) =>
      startDispatcher(given, { times }),
    advance: (ms: number) => {
      clock.aheadMs += ms
      app.signals.emit('deliveries')
    },
    deliveries: () => store.read.all(allDeliveries, {}),
    attempts: () => store.read.all(allAttempts, {}),
    hook: (id: number) => store.read.first(hookById, { id }),
    update: (id: number, changes: Pick<HookRow, 'active' | 'url'>) =>
      store.transaction((tx) => tx.first(updateHook, { id, ...changes })),
    /** As its owner asked for. */
    giveTimeout: (hook_id: number, timeout_seconds: number) =>
      store.transaction((tx) => tx.first(writeOptions, { ...noOptions, hook_id, timeout_seconds })),
    removeHook: (id: number) => store.transaction((tx) => tx.first(deleteHook, { id })),
    hookState: (id: number) => store.read.first(stateOfHook, { id }),
    reorder: (id: number, changes: Pick<DeliveryRow, 'next_at' | 'lane'>) =>
      store.transaction((tx) => tx.first(updateDelivery, { id, ...changes })),
  }
}

const allDeliveries = query((db, _: object) =>
  db.selectFrom('deliveries').selectAll().orderBy('id'),
)
const allAttempts = query((db, _: object) => db.selectFrom('attempts').selectAll().orderBy('id'))
const hookById = query((db, p: { id: number }) =>
  db.selectFrom('hooks').selectAll().where('id', '=', p.id),
)
const stateOfHook = query((db, p: { id: number }) =>
  db.selectFrom('hook_states').selectAll().where('hook_id', '=', p.id),
)
const updateHook = query((db, p: Pick<HookRow, 'id' | 'active' | 'url'>) =>
  db
    .updateTable('hooks')
    .set(columns(p, ['active', 'url']))
    .where('id', '=', p.id),
)
const deleteHook = query((db, p: { id: number }) => db.deleteFrom('hooks').where('id', '=', p.id))
const updateDelivery = query((db, p: Pick<DeliveryRow, 'id' | 'next_at' | 'lane'>) =>
  db
    .updateTable('deliveries')
    .set(columns(p, ['next_at', 'lane']))
    .where('id', '=', p.id),
)

const at = '2026-01-01T00:00:00.000Z'
const insertOwner = query((db, p: { login: string }) =>
  db
    .insertInto('accounts')
    .values({
      login: p.login,
      login_key: p.login,
      type: 'User',
      site_admin: 0,
      created_at: at,
      updated_at: at,
    })
    .returning('id'),
)
const insertRepository = query((db, p: { owner_id: number }) =>
  db
    .insertInto('repositories')
    .values({
      owner_id: p.owner_id,
      name: 'hello',
      name_key: 'hello',
      private: 0,
      default_branch: 'main',
      archived: 0,
      created_at: at,
      updated_at: at,
    })
    .returning('id'),
)

async function addRepository(store: Store, login: string): Promise<number> {
  return await store.transaction(async (tx) => {
    const owner = await tx.first(insertOwner, { login })
    const repository = await tx.first(insertRepository, { owner_id: owner?.id ?? 0 })
    return repository?.id ?? 0
  })
}

type NewHook = Pick<HookRow, 'url' | 'content_type' | 'secret' | 'insecure_ssl'>

const insertHook = query((db, p: NewHook & { repository_id: number }) =>
  db
    .insertInto('hooks')
    .values({
      ...columns(p, ['repository_id', 'url', 'content_type', 'secret', 'insecure_ssl']),
      active: 1,
      last_status: 'unused',
      created_at: at,
      updated_at: at,
    })
    .returning('id'),
)
const insertHookEvent = query((db, p: { hook_id: number }) =>
  db.insertInto('hook_events').values({ hook_id: p.hook_id, event: '*' }),
)
const insertHookState = query((db, p: { hook_id: number }) =>
  db
    .insertInto('hook_states')
    .values({ hook_id: p.hook_id, consecutive_failures: 0, lease_epoch: 0 }),
)

async function addHook(
  store: Store,
  repository_id: number,
  hook: Partial<NewHook> & { url: string },
) {
  const plain = { content_type: 'json', secret: null, insecure_ssl: 0 } as const
  return await store.transaction(async (tx) => {
    const row = await tx.first(insertHook, { ...plain, ...hook, repository_id })
    const hook_id = row?.id ?? 0
    await tx.all(insertHookEvent, { hook_id })
    await tx.all(insertHookState, { hook_id })
    return hook_id
  })
}

/** Waits until the rows are as wanted. */
export async function eventually<T>(
  read: () => Promise<T>,
  isWanted: (value: T) => boolean,
): Promise<T> {
  const deadline = performance.now() + 8000
  for (;;) {
    const value = await read()
    if (isWanted(value)) return value
    if (performance.now() > deadline)
      throw new Error(`waited in vain; it is ${JSON.stringify(value)}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
