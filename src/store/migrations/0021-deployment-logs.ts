import type { Columns } from '../engine.ts'

/** What a deployment printed, where whoever deploys gives it to the server: pieces, each where the one before it ends. */
export const deploymentLogs = ({ blob }: Columns): readonly string[] => [
  `create table deployment_logs (
    deployment_id bigint not null references deployments (id) on delete cascade,
    starts_at bigint not null,
    piece ${blob} not null,
    primary key (deployment_id, starts_at)
  )`,
]
