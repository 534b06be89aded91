import type { ErrorObject } from 'ajv/dist/2020.js'

/** What a pattern of the schema means to a person, by how the pattern starts. */
const patternMeanings: readonly (readonly [start: string, meaning: string])[] = [
  ['^[0-9]+(ms|s|m|h|d)$', 'a duration with a unit, such as 500ms, 30s, 5m, 1h or 7d'],
  ['^(?!/)', 'a path inside the folder: not absolute and without ".."'],
  ['^/(?!', 'an absolute path without ".."'],
  ['^/', 'a path that starts with /'],
  ['^https?://', 'a URL that starts with http:// or https://'],
  ['^(ssh-ed25519|', 'a public host key, such as "ssh-ed25519 AAAAC3…"'],
  ['^[A-Za-z_][A-Za-z0-9_]*(:', 'the name of a secret, NAME or NAME:NAME_IN_STORE'],
  ['^[A-Za-z_]', 'the name of a variable: letters, digits and _'],
  ['^[^:]+:[0-9]+$', 'an address and a port, such as 127.0.0.1:8080'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the recipe's own syntax
  ['^\\$\\{\\{ *secrets', 'a secret, such as ${{ secrets.CHAT_URL }}'],
  ['^[a-z0-9][a-z0-9-]', 'a name of small letters, digits and "-"'],
  ['^[a-z0-9-]', 'a name of small letters, digits and "-"'],
  ['^[a-z_]', 'the name of a user on the host'],
]

type Reason = (error: ErrorObject) => string

const reasons: Readonly<Record<string, Reason>> = {
  additionalProperties: ({ parentSchema }) =>
    `is not a key that is known here (known: ${keysOf(parentSchema)}; your own keys start with x-)`,
  required: ({ params }) => `lacks "${params['missingProperty']}"`,
  type: ({ params, data }) => `must be of type ${params['type']} (got ${show(data)})`,
  enum: ({ params, data }) => `must be one of ${list(params['allowedValues'])} (got ${show(data)})`,
  const: ({ params, data }) => `must be ${show(params['allowedValue'])} (got ${show(data)})`,
  pattern: ({ params, data }) => `must be ${meaningOf(params['pattern'])} (got ${show(data)})`,
  minimum: ({ params, data }) => `must be at least ${params['limit']} (got ${show(data)})`,
  maximum: ({ params, data }) => `must be at most ${params['limit']} (got ${show(data)})`,
  minLength: () => 'must not be empty',
  maxLength: ({ params }) => `must be at most ${params['limit']} characters long`,
  minItems: () => 'must not be an empty list',
  maxItems: ({ params }) => `must have at most ${params['limit']} entries`,
  minProperties: () => 'must not be empty',
  uniqueItems: ({ data }) => `must not name the same thing twice (got ${show(data)})`,
  propertyNames: ({ schema }) => `is not a name that is known here${namesOf(schema)}`,
  not: () => 'has the settings of another strategy; keep only those of the one under "strategy"',
  oneOf: oneOfReason,
}

/** One fault of ajv in plain words, to stand after the path it is about. */
export function reasonOf(error: ErrorObject): string {
  const reason = reasons[error.keyword]
  return reason ? reason(error) : (error.message ?? 'is not valid')
}

function oneOfReason({ schema, data }: ErrorObject): string {
  const branches: readonly Branch[] = Array.isArray(schema) ? schema : []
  const required = branches.flatMap((branch) => branch.required ?? [])
  if (required.length === branches.length) return `needs exactly one of ${required.join(', ')}`
  return `must be ${branches.map(branchOf).join(' or ')} (got ${show(data)})`
}

type Names = { readonly enum?: readonly string[]; readonly pattern?: string }

type Branch = {
  readonly type?: string
  readonly pattern?: string
  readonly minimum?: number
  readonly required?: readonly string[]
}

function branchOf({ type, pattern, minimum }: Branch): string {
  if (pattern?.endsWith('%$')) return 'a percentage such as 25%'
  if (pattern) return meaningOf(pattern)
  if (type === 'integer') return `a whole number${minimum ? ` from ${minimum}` : ''}`
  if (type === 'string') return 'a text'
  return type === 'array' ? 'a list' : 'something else'
}

function meaningOf(pattern: string): string {
  const known = patternMeanings.find(([start]) => pattern.startsWith(start))
  return known ? known[1] : `a text that fits ${pattern}`
}

function keysOf(schema: ErrorObject['parentSchema']): string {
  return Object.keys(schema?.['properties'] ?? {}).join(', ')
}

function namesOf(value: unknown): string {
  const schema: Names = typeof value === 'object' && value !== null ? value : {}
  if (schema.enum) return ` (known: ${schema.enum.join(', ')})`
  return schema.pattern ? `: it must be ${meaningOf(schema.pattern)}` : ''
}

const list = (values: readonly unknown[]) => values.map(String).join(', ')

const shownLengthMax = 80

/** A value of the user, short enough to read. */
function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > shownLengthMax ? `${text.slice(0, shownLengthMax)}…` : text
}
