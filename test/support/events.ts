import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import type { App } from '../../src/app.ts'
import { query } from '../../src/store/query.ts'

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
    checkPayload(row.action === null ? `${name}$event` : `${name}$${row.action}`, payload)
    return { ...payload, ordering_key: row.ordering_key, sequence: row.sequence }
  })
}

const schemaPath = createRequire(import.meta.url).resolve('@octokit/webhooks-schemas/schema.json')
const schema = JSON.parse(readFileSync(schemaPath, 'utf8'))
// Unset addresses are `""` on GitHub's wire, whatever its own schema says (contract 14).
delete schema.definitions.deployment_status$created.properties.deployment_status.properties.log_url
  .format
const ajv = new Ajv({ strict: false, allErrors: true })
addFormats.default(ajv)
// Not whole: its root lists every event there is, and takes seconds to compile.
ajv.addSchema({ definitions: schema.definitions }, 'webhooks')

function checkPayload(definition: string, payload: unknown): void {
  if (ajv.validate(`webhooks#/definitions/${definition}`, payload)) return
  throw new Error(`${definition}: ${ajv.errorsText()}`)
}
