import { columns, query } from '../store/query.ts'
import type { EventRow } from '../tables/events.ts'

type Notice = Pick<
  EventRow,
  'guid' | 'repository_id' | 'name' | 'payload' | 'audience' | 'created_at'
>

export const insertNotice = query((db, p: Notice) =>
  db
    .insertInto('events')
    .values(columns(p, ['guid', 'repository_id', 'name', 'payload', 'audience', 'created_at'])),
)
