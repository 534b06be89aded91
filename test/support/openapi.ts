import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv, type ErrorObject } from 'ajv'

const require = createRequire(import.meta.url)
const load = (name: string) =>
  JSON.parse(readFileSync(require.resolve(name), 'utf8'), spellNullable)

/** OpenAPI 3.0 lets `nullable` stand without a type; Ajv asks for it to be spelled out. */
function spellNullable(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const { nullable, ...schema } = value as { nullable?: unknown; type?: unknown }
  const isBare = nullable === true && schema.type === undefined
  return isBare ? { anyOf: [schema, { type: 'null' }] } : value
}

type Operation = { responses: Record<string, { content?: Record<string, unknown> }> }
type Document = {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, { properties?: Record<string, { enum?: string[] }> }> }
}

/**
 * GitHub's own description of its API. Formats are not looked at: `""` is what
 * an unset URL is on the wire, and `format: uri` would refuse it.
 */
export const github: Document = load('@octokit/openapi/generated/api.github.com.json')
const lenient = { strict: false, validateFormats: false, allErrors: true, logger: false } as const
const ajv = new Ajv(lenient).addSchema(github, 'github')

/** `/repos/{owner}/{repo}/keys` and `/repos/:owner/:repo/keys` name the same path. */
const shapeOf = (path: string) => path.replace(/\{[^}]+\}|:\w+|\*/g, '{}')
const pathsByShape = new Map(Object.keys(github.paths).map((path) => [shapeOf(path), path]))

/** The path in GitHub's description that a concrete path is an instance of, e.g. `/repos/octo/hello/keys/1`. */
function describedPath(path: string): string | undefined {
  const candidates = [...pathsByShape.values()].filter((template) => matches(template, path))
  // A literal segment beats a parameter: `/user/repos` is not `/user/{account_id}`.
  const parameters = (template: string) => template.split('{').length
  return candidates.sort((a, b) => parameters(a) - parameters(b))[0]
}

function matches(template: string, path: string): boolean {
  const pattern = template
    .split(/\{[^}]+\}/)
    .map((part) => part.replace(/[.*+?^$()|[\]\\]/g, '\\$&'))
    .join('[^/]+')
  return new RegExp(`^${pattern}$`).test(path)
}

export type Answered = { method: string; path: string; status: number; body: unknown }

/** What GitHub's description finds wrong with an answer; empty when nothing. */
export function faultsOf({ method, path, status, body }: Answered): string[] {
  const template = describedPath(path)
  if (template === undefined) return [`${method} ${path} is not in GitHub's description`]
  const operation = github.paths[template]?.[method.toLowerCase()]
  if (!operation) return [`${method} ${template} is not in GitHub's description`]
  const described = operation.responses[String(status)]
  if (!described) return [`${method} ${template} does not answer ${status} at GitHub`]
  if (!described.content?.['application/json']) return []
  const pointer = ['paths', template, method.toLowerCase(), 'responses', String(status)]
  const at = [...pointer, 'content', 'application/json', 'schema'].map(escaped).join('/')
  const validate = ajv.getSchema(`github#/${at}`) ?? ajv.compile({ $ref: `github#/${at}` })
  return validate(body) ? [] : (validate.errors ?? []).map(shown)
}

const escaped = (part: string) =>
  encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))

const shown = ({ instancePath, message, params }: ErrorObject) =>
  `${instancePath} ${message} ${JSON.stringify(params)}`

const commonRefusals = ['basic-error', 'validation-error', 'validation-error-simple']

/**
 * As `faultsOf` for a refusal. GitHub describes the fewest of those an operation
 * has: every one must at least be one of the bodies that they all share.
 */
export function refusalFaultsOf(answered: Answered): string[] {
  const described = faultsOf(answered).filter((fault) => !fault.includes('does not answer'))
  const isCommon = commonRefusals.some((name) => {
    const validate = ajv.getSchema(`github#/components/schemas/${name}`)
    return validate?.(answered.body) === true
  })
  return isCommon ? described : [...described, 'the body is no error of GitHub’s']
}
