import { isSharedWith, queryByHolder } from '../holders/model.ts'
import { columns, query } from '../store/query.ts'
import type { KeyPairRow, SecretRow } from '../tables/secrets.ts'

type Named = { holder_id: number; name: string }

export const keyPairOf = queryByHolder((column) =>
  query((db, p: { holder_id: number }) =>
    db.selectFrom('key_pairs').selectAll().where(column, '=', p.holder_id),
  ),
)

export const insertKeyPair = query((db, p: Omit<KeyPairRow, 'id'>) =>
  db
    .insertInto('key_pairs')
    .values(
      columns(p, [
        'environment_id',
        'repository_id',
        'organization_id',
        'key_id',
        'public_key',
        'private_key',
        'created_at',
      ]),
    )
    .returningAll(),
)

export const secretNamed = queryByHolder((column) =>
  query((db, p: Named) =>
    db.selectFrom('secrets').selectAll().where(column, '=', p.holder_id).where('name', '=', p.name),
  ),
)

export const secretsOf = queryByHolder((column) =>
  query((db, p: { holder_id: number; limit: number; offset: number }) =>
    db
      .selectFrom('secrets')
      .selectAll()
      .where(column, '=', p.holder_id)
      .orderBy('id')
      .limit(p.limit)
      .offset(p.offset),
  ),
)

export const countSecrets = queryByHolder((column) =>
  query((db, p: { holder_id: number }) =>
    db
      .selectFrom('secrets')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where(column, '=', p.holder_id),
  ),
)

export const insertSecret = query((db, p: Omit<SecretRow, 'id'>) =>
  db
    .insertInto('secrets')
    .values(
      columns(p, [
        'environment_id',
        'repository_id',
        'organization_id',
        'name',
        'value',
        'visibility',
        'created_at',
        'updated_at',
      ]),
    )
    .returning('id'),
)

export const updateSecret = query(
  (db, p: Pick<SecretRow, 'id' | 'value' | 'visibility' | 'updated_at'>) =>
    db
      .updateTable('secrets')
      .set(columns(p, ['value', 'visibility', 'updated_at']))
      .where('id', '=', p.id)
      .returning('id'),
)

export const deleteSecret = queryByHolder((column) =>
  query((db, p: Named) =>
    db
      .deleteFrom('secrets')
      .where(column, '=', p.holder_id)
      .where('name', '=', p.name)
      .returning('id'),
  ),
)

/** What the organisation that owns a repository shows it. */
export const sharedSecrets = query(
  (db, p: { repository_id: number; limit: number; offset: number }) =>
    db
      .selectFrom('secrets')
      .selectAll()
      .where(isSharedWith('secret', p.repository_id))
      .orderBy('id')
      .limit(p.limit)
      .offset(p.offset),
)

export const countSharedSecrets = query((db, p: { repository_id: number }) =>
  db
    .selectFrom('secrets')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where(isSharedWith('secret', p.repository_id)),
)
