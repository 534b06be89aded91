import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type ErrorObject } from 'ajv'
import type { Answer } from './exchange.ts'

type Operation = {
  readonly method: string
  readonly path: string
  /** The schema of each answer that has JSON, by status; null for one that is described without. */
  readonly responses: Readonly<Record<string, object | null>>
}

type Description = { readonly operations: Readonly<Record<string, Operation>> }

const file = join(import.meta.dirname, '../../../schema/github-operations.json')
const commonRefusals = ['basic-error', 'validation-error', 'validation-error-simple']

/** GitHub's description of the operations that are checked, from `npm run conformance:schema`. */
export function openDescription() {
  const description: Description = JSON.parse(readFileSync(file, 'utf8'))
  // Formats are not looked at: GitHub says `""` where an address is unset (contract 14).
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true, logger: false })
  ajv.addSchema(description, 'github')
  const faultsBy = (pointer: string, json: unknown): string[] => {
    const validate = ajv.getSchema(`github#/${pointer}`)
    if (!validate || validate(json)) return []
    return (validate.errors ?? []).slice(0, faultsMax).map(shown)
  }

  function operationOf(id: string): Operation {
    const found = description.operations[id]
    if (!found) throw new Error(`${id} is not in ${file}: run npm run conformance:schema`)
    return found
  }

  /** What the description finds wrong with a body; nothing for a status that it does not know. */
  function faultsOf(id: string, { status, json }: Answer): string[] {
    const schema = operationOf(id).responses[status]
    if (status >= 400) return isRefusal(json) ? [] : ["the body is no error of GitHub's"]
    if (!schema) return []
    return faultsBy(
      `operations/${encodeURIComponent(id.replaceAll('/', '~1'))}/responses/${status}`,
      json,
    )
  }

  const isRefusal = (json: unknown) =>
    commonRefusals.some((name) => faultsBy(`components/schemas/${name}`, json).length === 0)

  return { operationOf, faultsOf }
}

export type ApiDescription = ReturnType<typeof openDescription>

const faultsMax = 5

const shown = ({ instancePath, message }: ErrorObject) => `${instancePath || 'the body'} ${message}`
