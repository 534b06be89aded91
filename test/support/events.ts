import type { App } from '../../src/app.ts'
import { query } from '../../src/store/query.ts'
import { payloadFaults } from './webhook-schema.ts'

const eventsNamed = query((db, p: { repository_id: number; name: string }) =>
  db
    .selectFrom('events')
    .selectAll()
    .where('repository_id', '=', p.repository_id)
    .where('name', '=', p.name)
    .orderBy('id'),
)

/** The payloads recorded for a repository, oldest first. Throws for one that GitHub's schema refuses. */
export async function payloadsOf(app: Pick<App, 'store'>, repositoryId: number, name: string) {
  const rows = await app.store.read.all(eventsNamed, { repository_id: repositoryId, name })
  return rows.map((row) => {
    const payload = JSON.parse(Buffer.from(row.payload).toString('utf8'))
    const faults = payloadFaults(name, payload)
    if (faults.length > 0) throw new Error(`${name}: ${faults.join('; ')}`)
    return { ...payload, ordering_key: row.ordering_key, sequence: row.sequence }
  })
}
