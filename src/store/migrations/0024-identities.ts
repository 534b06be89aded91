import type { Columns } from '../engine.ts'

/** Accounts that people have elsewhere, and sign in with. */
export const identities = ({ id }: Columns): readonly string[] => [
  `create table identities (
    id ${id},
    account_id bigint not null references accounts (id) on delete cascade,
    issuer text not null,
    subject text not null,
    name text not null,
    grants_admin integer not null,
    created_at text not null,
    unique (issuer, subject),
    unique (account_id, issuer)
  )`,
  `create table sign_in_flows (
    hash text primary key,
    account_id bigint references accounts (id) on delete cascade,
    return_to text not null,
    ends_at text not null
  )`,
  'create index sign_in_flows_by_end on sign_in_flows (ends_at)',
  "alter table sessions add column method text not null default 'password'",
]
