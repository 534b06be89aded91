import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { areas } from '../src/cli/expectations/expectations.ts'

export const sliceFile = join(import.meta.dirname, '../schema/github-operations.json')

type Schema = { readonly [keyword: string]: unknown }
type Answers = Record<string, { content?: Record<string, { schema?: Schema }> }>
type Described = { readonly operationId: string; readonly responses: Answers }
type Document = {
  readonly paths: Record<string, Record<string, Described>>
  readonly components: { readonly schemas: Record<string, Schema> }
}

/** Schemas of refusals, which GitHub describes for few of the operations that have them. */
const always = ['basic-error', 'validation-error', 'validation-error-simple']

/**
 * GitHub's description of the operations that are checked, without prose and examples: method,
 * path, and the schema of each answer in JSON. One operation or schema a line.
 */
export function sliceText(): string {
  const github = readDescription()
  const reached = new Set(areas.flatMap(({ checks }) => checks.map(({ operation }) => operation)))
  const operations: Record<string, unknown> = {}
  for (const [path, methods] of Object.entries(github.paths)) {
    for (const [method, { operationId, responses }] of Object.entries(methods)) {
      if (reached.has(operationId))
        operations[operationId] = { method: method.toUpperCase(), path, responses: slim(responses) }
    }
  }
  const missing = [...reached].filter((id) => !operations[id])
  if (missing.length > 0) throw new Error(`GitHub describes no ${missing.join(', ')}`)
  return textOf(operations, schemasFor(operations, github))
}

function readDescription(): Document {
  const name = '@octokit/openapi/generated/api.github.com.json'
  return JSON.parse(readFileSync(createRequire(import.meta.url).resolve(name), 'utf8'))
}

/** The schema by status; null where there is none. */
const slim = (responses: Answers) =>
  Object.fromEntries(
    Object.entries(responses).map(([status, { content }]) => {
      const schema = content?.['application/json']?.schema
      return [status, schema && Number(status) < 400 ? pruned(schema) : null]
    }),
  )

const kept = new Set(
  '$ref type required enum const items additionalProperties anyOf oneOf allOf not pattern minItems maxItems minLength maxLength minimum maximum uniqueItems nullable properties'.split(
    ' ',
  ),
)

/** Only what decides whether a value is valid. */
function pruned(schema: Schema): Schema {
  const entries = Object.entries(schema).filter(([keyword]) => kept.has(keyword))
  const { nullable, ...rest } = Object.fromEntries(
    entries.map(([keyword, value]) => [keyword, prunedValue(keyword, value)]),
  )
  if (nullable !== true) return rest
  // OpenAPI 3.0 lets `nullable` stand without a type; JSON Schema validators do not.
  if (rest['type'] === undefined) return { anyOf: [rest, { type: 'null' }] }
  // Lists of values forget the null that the type lets be (contract 14).
  const { enum: values } = rest
  return { ...rest, nullable, ...(Array.isArray(values) && { enum: [...values, null] }) }
}

function prunedValue(keyword: string, value: unknown): unknown {
  if (keyword === 'enum' || keyword === 'required') return value
  if (Array.isArray(value)) return value.map((item) => prunedValue('', item))
  if (!isSchema(value)) return value
  if (keyword !== 'properties') return pruned(value)
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, prunedValue('', member)]),
  )
}

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null

/** All that the operations refer to, and what that refers to. */
function schemasFor(operations: unknown, github: Document): Record<string, Schema> {
  const found: Record<string, Schema> = {}
  const wanted = [...always, ...namesIn(operations)]
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    if (found[name]) continue
    found[name] = pruned(github.components.schemas[name] ?? {})
    wanted.push(...namesIn(found[name]))
  }
  return found
}

const namesIn = (value: unknown): string[] =>
  [...JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
    ([, name = '']) => name,
  )

function textOf(operations: Record<string, unknown>, schemas: Record<string, unknown>): string {
  const lines = (members: Record<string, unknown>) =>
    Object.entries(members)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
      .join(',\n')
  return `{"operations":{\n${lines(operations)}\n},\n"components":{"schemas":{\n${lines(schemas)}\n}}}\n`
}
