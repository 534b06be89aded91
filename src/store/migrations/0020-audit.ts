import type { Columns } from '../engine.ts'

const said = [
  'id',
  'created_at',
  'action',
  'actor_kind',
  'actor',
  'actor_id',
  'token_kind',
  'token_id',
  'app_id',
  'address',
  'user_agent',
  'request_id',
  'owner_id',
  'repository_id',
  'repository',
  'environment',
  'subject',
  'refusal',
  'before',
  'after',
]

/** Who did what: a log that the database itself refuses to change. And how long deployments stay. */
export const audit = ({ id, refusal }: Columns): readonly string[] => [
  `create table audit_entries (
    id ${id},
    position bigint unique,
    hash text,
    created_at text not null,
    action text not null,
    actor_kind text not null,
    actor text,
    actor_id bigint,
    token_kind text,
    token_id bigint,
    app_id bigint,
    address text,
    user_agent text,
    request_id text,
    owner_id bigint,
    repository_id bigint,
    repository text,
    environment text,
    subject text,
    refusal text,
    before text,
    after text
  )`,
  'create index audit_entries_unchained on audit_entries (id) where position is null',
  'create index audit_entries_by_repository on audit_entries (repository_id, id)',
  'create index audit_entries_by_owner on audit_entries (owner_id, id)',
  ...refusal({
    name: 'audit_entries_say_what_they_said',
    on: `update of ${said.join(', ')} on audit_entries`,
    message: 'An entry of the audit log is never changed',
  }),
  ...refusal({
    name: 'audit_entries_stay_chained',
    on: 'update of position, hash on audit_entries',
    when: 'old.position is not null',
    message: 'An entry of the audit log that is chained is never changed',
  }),
  ...refusal({
    name: 'audit_entries_stay',
    on: 'delete on audit_entries',
    message: 'An entry of the audit log is never deleted',
  }),
  `create table lifetimes (
    repository_id bigint not null references repositories (id) on delete cascade,
    environment_key text not null,
    keep integer,
    days integer,
    transient_hours integer,
    primary key (repository_id, environment_key)
  )`,
]
