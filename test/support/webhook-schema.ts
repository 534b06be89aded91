import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'

const path = createRequire(import.meta.url).resolve('@octokit/webhooks-schemas/schema.json')
// Not whole: its root lists every event there is, and takes seconds to compile.
const { definitions } = JSON.parse(readFileSync(path, 'utf8'))
// Unset addresses are `""` on GitHub's wire, whatever its own schema says (contract 14).
delete definitions.deployment_status$created.properties.deployment_status.properties.log_url.format

const ajv = new Ajv({ strict: false, allErrors: true })
addFormats.default(ajv)
ajv.addSchema({ definitions }, 'webhooks')

/** What the community's schemas of GitHub's webhooks find wrong with a payload; empty when nothing. */
export function payloadFaults(event: string, payload: { action?: string }): string[] {
  const name = `${event}$${payload.action ?? 'event'}`
  const validate = ajv.getSchema(`webhooks#/definitions/${encodeURIComponent(name)}`)
  if (!validate) return [`there is no schema for ${name}`]
  if (validate(payload)) return []
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}
