import { sql } from 'kysely'
import { columns, query } from '../store/query.ts'
import type { DeploymentLogRow } from '../tables/deployments.ts'

const pieceEnd = sql<number>`starts_at + length(piece)`

/** In bytes. */
export const sizeOf = query((db, p: { deployment_id: number }) =>
  db
    .selectFrom('deployment_logs')
    .select(pieceEnd.as('size'))
    .where('deployment_id', '=', p.deployment_id)
    .orderBy('starts_at', 'desc')
    .limit(1),
)

export const insertPiece = query((db, p: DeploymentLogRow) =>
  db.insertInto('deployment_logs').values(columns(p, ['deployment_id', 'starts_at', 'piece'])),
)

/** Those that have something behind `from`, in order. */
export const piecesFrom = query((db, p: { deployment_id: number; from: number; limit: number }) =>
  db
    .selectFrom('deployment_logs')
    .select(['starts_at', 'piece'])
    .where('deployment_id', '=', p.deployment_id)
    .where(pieceEnd, '>', p.from)
    .orderBy('starts_at')
    .limit(p.limit),
)
