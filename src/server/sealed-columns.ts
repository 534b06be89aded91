import { clientKeyContextOf, secretContextOf, targetOf } from '../delivery/deliveries/model.ts'
import { type Held, holderOf } from '../holders/model.ts'
import type { Seal } from '../lib/seal.ts'
import { privateKeyContextOf, valueContextOf } from '../secrets/model.ts'
import type { Tx } from '../store/engine.ts'
import { type Query, query } from '../store/query.ts'
import { resealHostKey } from './shared-host-key.ts'

type Row = { readonly id: number; readonly sealed: string; readonly context: string }
type SealedColumn = {
  /** Up to a limit of rows beyond an id, in order. */
  readonly find: (tx: Tx, after: number) => Promise<Row[]>
  readonly write: Query<{ id: number; sealed: string }, unknown>
}

/** Rows at a time, so that memory does not grow with the database. */
const batchRows = 500

const hookSecrets = query((db, p: { after: number }) =>
  db
    .selectFrom('hooks')
    .select(['id', 'repository_id', 'organization_id', 'app_id', 'secret'])
    .where('id', '>', p.after)
    .where('secret', 'is not', null)
    .orderBy('id')
    .limit(batchRows),
)

/** Rows by `hook_id`, which stands for the id here. */
const optionsBeyond = (column: 'previous_secret' | 'client_key') =>
  query((db, p: { after: number }) =>
    db
      .selectFrom('hook_options')
      .innerJoin('hooks', 'hooks.id', 'hook_options.hook_id')
      .select('hook_options.hook_id as id')
      .select(['hooks.repository_id', 'hooks.organization_id', 'hooks.app_id'])
      .select(`hook_options.${column} as sealed`)
      .where('hook_options.hook_id', '>', p.after)
      .where(`hook_options.${column}`, 'is not', null)
      .orderBy('hook_options.hook_id')
      .limit(batchRows),
  )
const previousSecrets = optionsBeyond('previous_secret')
const clientKeys = optionsBeyond('client_key')

const privateKeys = query((db, p: { after: number }) =>
  db
    .selectFrom('key_pairs')
    .select(['id', 'environment_id', 'repository_id', 'organization_id', 'private_key'])
    .where('id', '>', p.after)
    .orderBy('id')
    .limit(batchRows),
)

const secretValues = query((db, p: { after: number }) =>
  db
    .selectFrom('secrets')
    .select(['id', 'environment_id', 'repository_id', 'organization_id', 'name', 'value'])
    .where('id', '>', p.after)
    .orderBy('id')
    .limit(batchRows),
)

/** Every column that is sealed with the server's secret key, and what each value is sealed for. */
const sealedColumns: readonly SealedColumn[] = [
  {
    find: async (tx, after) =>
      (await tx.all(hookSecrets, { after })).map(({ id, secret, ...owned }) => ({
        id,
        sealed: secret ?? '',
        context: secretContextOf(targetOf(owned)),
      })),
    write: query((db, p: { id: number; sealed: string }) =>
      db.updateTable('hooks').set({ secret: p.sealed }).where('id', '=', p.id),
    ),
  },
  {
    find: async (tx, after) =>
      (await tx.all(previousSecrets, { after })).map(({ id, sealed, ...owned }) => ({
        id,
        sealed: sealed ?? '',
        context: secretContextOf(targetOf(owned)),
      })),
    write: query((db, p: { id: number; sealed: string }) =>
      db.updateTable('hook_options').set({ previous_secret: p.sealed }).where('hook_id', '=', p.id),
    ),
  },
  {
    find: async (tx, after) =>
      (await tx.all(clientKeys, { after })).map(({ id, sealed, ...owned }) => ({
        id,
        sealed: sealed ?? '',
        context: clientKeyContextOf(targetOf(owned)),
      })),
    write: query((db, p: { id: number; sealed: string }) =>
      db.updateTable('hook_options').set({ client_key: p.sealed }).where('hook_id', '=', p.id),
    ),
  },
  {
    find: async (tx, after) =>
      (await tx.all(privateKeys, { after })).map(({ id, private_key, ...held }) => ({
        id,
        sealed: private_key,
        context: privateKeyContextOf(holderOf(held satisfies Held)),
      })),
    write: query((db, p: { id: number; sealed: string }) =>
      db.updateTable('key_pairs').set({ private_key: p.sealed }).where('id', '=', p.id),
    ),
  },
  {
    find: async (tx, after) =>
      (await tx.all(secretValues, { after })).map(({ id, name, value, ...held }) => ({
        id,
        sealed: value,
        context: valueContextOf(holderOf(held satisfies Held), name),
      })),
    write: query((db, p: { id: number; sealed: string }) =>
      db.updateTable('secrets').set({ value: p.sealed }).where('id', '=', p.id),
    ),
  },
]

/** Seals everything with another key; gives how many values that was. */
export async function resealAll(tx: Tx, from: Seal, to: Seal): Promise<number> {
  let count = await resealHostKey(tx, from, to)
  for (const column of sealedColumns) {
    for (let rows = await column.find(tx, 0); rows.length > 0; ) {
      for (const { id, sealed, context } of rows) {
        await tx.all(column.write, { id, sealed: to.seal(from.open(sealed, context), context) })
      }
      count += rows.length
      rows = await column.find(tx, rows.at(-1)?.id ?? 0)
    }
  }
  return count
}
