import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import { reasonOf } from './schema-reason.ts'

export type SchemaFault = { readonly path: readonly string[]; readonly reason: string }

const ajv = new Ajv2020({
  strict: true,
  // The conditions under allOf name properties that stand beside them.
  strictRequired: false,
  strictTypes: false,
  allErrors: true,
  verbose: true,
})
const folder = join(import.meta.dirname, '../../../schema')
const validatorOf = (name: string) =>
  ajv.compile(JSON.parse(readFileSync(join(folder, name), 'utf8')))

const validators = {
  deploy: validatorOf('deploy.v1.schema.json'),
  agent: validatorOf('agent.v1.schema.json'),
}

/** What is wrong with a document by `schema/*.v1.schema.json`, each once, in plain words. */
export function schemaFaults(kind: keyof typeof validators, document: unknown): SchemaFault[] {
  const validate = validators[kind]
  if (validate(document)) return []
  const errors = withoutEchoes(validate.errors ?? [])
  return errors.map((error) => ({ path: pathOf(error), reason: reasonOf(error) }))
}

/**
 * A failed `oneOf`, `if` or `propertyNames` also reports every branch that
 * failed inside it. One sentence about the whole says it better.
 */
function withoutEchoes(errors: readonly ErrorObject[]): ErrorObject[] {
  const whole = errors.filter(({ keyword }) => keyword === 'oneOf' || keyword === 'not')
  return errors.filter(
    (error) =>
      error.keyword !== 'if' &&
      error.propertyName === undefined &&
      !whole.some((one) => one !== error && isInside(error, one)),
  )
}

const isInside = (error: ErrorObject, whole: ErrorObject) =>
  error.schemaPath.startsWith(`${whole.schemaPath}/`) &&
  error.instancePath.startsWith(whole.instancePath)

function pathOf({ instancePath, params, keyword }: ErrorObject): string[] {
  const path = instancePath.split('/').slice(1).map(unescapePointer)
  if (keyword === 'additionalProperties') return [...path, String(params['additionalProperty'])]
  if (keyword === 'propertyNames') return [...path, String(params['propertyName'])]
  return path
}

const unescapePointer = (segment: string) => segment.replaceAll('~1', '/').replaceAll('~0', '~')
