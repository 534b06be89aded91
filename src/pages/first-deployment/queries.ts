import { query } from '../../store/query.ts'

export const newestDeployment = query((db, p: { repository_id: number }) =>
  db
    .selectFrom('deployments')
    .select('id')
    .where('repository_id', '=', p.repository_id)
    .orderBy('id', 'desc')
    .limit(1),
)

export const successOf = query((db, p: { deployment_id: number }) =>
  db
    .selectFrom('deployment_statuses')
    .select('id')
    .where('deployment_id', '=', p.deployment_id)
    .where('state', '=', 'success')
    .limit(1),
)
