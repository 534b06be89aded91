import type { Columns } from '../engine.ts'

/** What Apps find out about commits. */
export const checks = ({ id }: Columns): readonly string[] => [
  `create table check_suites (
    id ${id},
    repository_id bigint not null references repositories (id) on delete cascade,
    app_id bigint not null references apps (id) on delete cascade,
    head_sha text not null,
    head_branch text,
    status text not null,
    conclusion text,
    created_at text not null,
    updated_at text not null,
    unique (repository_id, head_sha, app_id)
  )`,
  `create table check_runs (
    id ${id},
    check_suite_id bigint not null references check_suites (id) on delete cascade,
    repository_id bigint not null,
    head_sha text not null,
    name text not null,
    name_key text not null,
    external_id text not null,
    details_url text,
    status text not null,
    conclusion text,
    started_at text,
    completed_at text,
    title text,
    summary text,
    details text,
    annotations_count integer not null default 0
  )`,
  'create index check_runs_by_name on check_runs (repository_id, head_sha, name_key, id)',
  'create index check_runs_by_suite on check_runs (check_suite_id, id)',
  `create table check_annotations (
    id ${id},
    check_run_id bigint not null references check_runs (id) on delete cascade,
    annotation text not null
  )`,
  'create index check_annotations_by_run on check_annotations (check_run_id, id)',
  `create table check_preferences (
    repository_id bigint not null references repositories (id) on delete cascade,
    app_id bigint not null references apps (id) on delete cascade,
    setting integer not null,
    primary key (repository_id, app_id)
  )`,
  // Whether a check that ended as neutral or skipped passes where a deployment requires it.
  `create table check_settings (
    repository_id bigint primary key references repositories (id) on delete cascade,
    neutral_checks_pass integer not null
  )`,
]
