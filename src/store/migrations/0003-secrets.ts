import type { Columns } from '../engine.ts'

// What belongs to an environment or to a repository has that one's id in its own column, so that it
// goes with it; the other column is null, and nulls are never equal to each other in a unique index.
const holder = `environment_id bigint references environments (id) on delete cascade,
    repository_id bigint references repositories (id) on delete cascade,
    check ((environment_id is null) <> (repository_id is null))`

/** Secrets, the keys they are sent under, and variables. */
export const secrets = ({ id }: Columns): readonly string[] => [
  `create table key_pairs (
    id ${id},
    key_id text not null unique,
    public_key text not null,
    private_key text not null,
    created_at text not null,
    ${holder},
    unique (environment_id),
    unique (repository_id)
  )`,
  ...['secrets', 'variables'].map(
    (table) => `create table ${table} (
    id ${id},
    name text not null,
    value text not null,
    created_at text not null,
    updated_at text not null,
    ${holder},
    unique (environment_id, name),
    unique (repository_id, name)
  )`,
  ),
]
