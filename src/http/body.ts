import type { z } from 'zod'
import { type FieldProblem, Problem } from '../lib/problem.ts'
import { parseExactJson } from './exact-json.ts'

/**
 * Parses a request's bytes as JSON whatever their Content-Type, then by the
 * schema: what comes back is typed, defaulted and complete. An empty body is
 * `{}`, where that will do. Throws GitHub's 400 and 422 bodies (contract 8.4); `resource` names the
 * thing at fault in "Validation Failed" errors.
 */
export function parseBody<T extends z.ZodType>(
  bytes: Buffer,
  schema: T,
  resource: string,
): z.infer<T> {
  const json = parseObject(bytes)
  const parsed = schema.safeParse(json ?? {})
  if (parsed.success) return parsed.data
  if (!json) throw new Problem('invalid', `Invalid request.\n\n${nothingSent}`)
  throw problemFor(parsed.error.issues, json, resource)
}

const nothingSent = "For 'links/0/schema', nil is not an object."

/** Null for none. */
function parseObject(bytes: Buffer): object | null {
  let json: unknown
  try {
    json = bytes.length === 0 ? null : parseExactJson(bytes.toString('utf8'))
  } catch {
    throw new Problem('bad_request', 'Problems parsing JSON')
  }
  if (typeof json !== 'object' || Array.isArray(json)) {
    throw new Problem('bad_request', 'Body should be a JSON object')
  }
  return json
}

type Issue = z.core.$ZodIssue

/** Whether the shape is wrong ("Invalid request.") comes before whether the values are ("Validation Failed"). */
function problemFor(issues: readonly Issue[], json: object, resource: string): Problem {
  const shape = issues.map((issue) => shapeProblem(issue, json)).find((found) => found)
  if (shape) return new Problem('invalid', `Invalid request.\n\n${shape}`)
  return new Problem(
    'invalid',
    'Validation Failed',
    issues.map((issue) => fieldProblem(issue, resource)),
  )
}

function shapeProblem(issue: Issue, json: object): string | undefined {
  const path = issue.path.map(String)
  const value = path.reduce<unknown>(memberOf, json)
  switch (issue.code) {
    case 'unrecognized_keys':
      return `"${issue.keys.join('", "')}" is not a permitted key.`
    case 'invalid_type':
      return value === undefined
        ? `"${path.at(-1)}" wasn't supplied.`
        : `For 'properties/${path.join('/')}', ${shown(value)} is not ${article(issue.expected)}.`
    case 'invalid_union':
      return `For 'properties/${path.join('/')}', ${shown(value)} is not of a permitted type.`
    default:
      return undefined
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined
}

/** A value of the caller's, as GitHub shows it, cut short. */
function shown(value: unknown): string {
  if (value === null) return 'nil'
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}

const article = (type: string) => {
  const name = jsonNames[type] ?? type
  return /^[aio]/.test(name) ? `an ${name}` : `a ${name}`
}

const jsonNames: Readonly<Record<string, string>> = { int: 'integer', record: 'object' }

function fieldProblem(issue: Issue, resource: string): FieldProblem {
  const field = issue.path.map(String).join('.')
  if (issue.code === 'invalid_value') {
    return { resource, field, code: 'custom', message: `${field} is not included in the list` }
  }
  return { resource, field, code: 'custom', message: `${field} ${issue.message}` }
}

const none = () => {
  throw new Error('Routes parse their bodies themselves, and write them themselves')
}

/** For Fastify, whose own compilers of schemas would be loaded and never used. */
export const noSchemas = { compilersFactory: { buildValidator: none, buildSerializer: none } }
