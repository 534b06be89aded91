import type { z } from 'zod'
import { type FieldProblem, Problem } from '../lib/problem.ts'
import { parseForeignJson } from './exact-json.ts'

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
  const parsed = schema.safeParse(json ?? {}, { error: inWords })
  if (parsed.success) return parsed.data
  if (!json) throw new Problem('invalid', `Invalid request.\n\n${nothingSent}`)
  throw problemFor(parsed.error.issues, json, resource)
}

const nothingSent = "For 'links/0/schema', nil is not an object."

/** Null for none. */
function parseObject(bytes: Buffer): object | null {
  let json: unknown
  try {
    json = bytes.length === 0 ? null : parseForeignJson(bytes.toString('utf8'))
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
  const shape =
    missingProblem(issues, json) ??
    issues.map((issue) => shapeProblem(issue, json)).find((found) => found)
  if (shape) return new Problem('invalid', `Invalid request.\n\n${shape}`)
  return new Problem(
    'invalid',
    'Validation Failed',
    issues.map((issue) => fieldProblem(issue, resource)),
  )
}

/** All that is missing, as GitHub tells it: at once. */
function missingProblem(issues: readonly Issue[], json: object): string | undefined {
  const missing = issues.filter(
    (issue) => issue.code.startsWith('invalid_') && valueAt(issue, json) === undefined,
  )
  const names = new Set(missing.map(({ path }) => `"${String(path.at(-1))}"`))
  if (names.size === 0) return undefined
  return `${[...names].join(', ')} ${names.size === 1 ? "wasn't" : "weren't"} supplied.`
}

function shapeProblem(issue: Issue, json: object): string | undefined {
  const is = `For 'properties/${issue.path.map(String).join('/')}', ${shown(valueAt(issue, json))} is`
  switch (issue.code) {
    case 'unrecognized_keys': {
      const keys = `"${issue.keys.join('", "')}"`
      return issue.keys.length === 1
        ? `${keys} is not a permitted key.`
        : `${keys} are not permitted keys.`
    }
    case 'invalid_type':
      return `${is} not ${article(issue.expected)}.`
    case 'invalid_value':
      return isOfStrings(issue) && typeof valueAt(issue, json) !== 'string'
        ? `${is} not a string.`
        : undefined
    case 'invalid_union':
      return `${is} not of a permitted type.`
    default:
      return undefined
  }
}

const isOfStrings = ({ values }: z.core.$ZodIssueInvalidValue): boolean =>
  values.every((value) => typeof value === 'string')

const valueAt = ({ path }: Issue, json: object): unknown =>
  path.map(String).reduce<unknown>(memberOf, json)

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

/** All numbers in GitHub's bodies are whole. */
const jsonNames: Readonly<Record<string, string>> = {
  int: 'integer',
  number: 'integer',
  record: 'object',
}

/** Where a schema has no words of its own; undefined leaves them to the parser. */
function inWords(issue: z.core.$ZodRawIssue): string | undefined {
  const unit = issue['origin'] === 'array' ? 'items' : 'characters'
  switch (issue.code) {
    case 'too_big':
      return issue['origin'] === 'number'
        ? `must be at most ${issue['maximum']}`
        : `is too long (maximum is ${issue['maximum']} ${unit})`
    case 'too_small':
      if (issue['origin'] === 'number') return `must be at least ${issue['minimum']}`
      return "can't be blank"
    case 'invalid_format':
      return issue['format'] === 'datetime' ? `must be a time like ${exampleTime}` : 'is invalid'
    default:
      return undefined
  }
}

const exampleTime = '2026-01-31T12:00:00Z'

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
