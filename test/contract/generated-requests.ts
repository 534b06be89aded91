import fc from 'fast-check'
import { github } from '../support/openapi.ts'
import { nastySegments, nastyValues } from './nasty.ts'

/** Requests made from GitHub's own description of its API, and then spoiled a little. */

type Schema = {
  readonly $ref?: string
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly oneOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
}
type Parameter = { readonly name: string; readonly in: string; readonly schema: Schema }

export type Operation = {
  readonly method: string
  /** As GitHub writes it: `/repos/{owner}/{repo}`. */
  readonly path: string
  readonly query: readonly Parameter[]
  readonly body: Schema | undefined
}

/** `path` still has `{owner}`, `{repo}` and `{repository_id}` in it. */
export type GeneratedRequest = {
  readonly method: string
  readonly path: string
  readonly body: Buffer | null
  readonly accept: string
}

/** What a `$ref` stands for. */
function resolved(value: unknown): unknown {
  const { $ref } = value as { $ref?: string }
  if ($ref === undefined) return value
  const names = $ref.slice(2).split('/')
  return names.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], github)
}

export const operations: readonly Operation[] = Object.entries(github.paths).flatMap(
  ([path, methods]) => Object.entries(methods).map((entry) => operationOf(path, entry)),
)

type Described = {
  readonly parameters?: readonly unknown[]
  readonly requestBody?: { readonly content?: Readonly<Record<string, { schema: Schema }>> }
}

function operationOf(path: string, [method, described]: [string, unknown]): Operation {
  const { parameters = [], requestBody } = described as Described
  const all = parameters.map((parameter) => resolved(parameter) as Parameter)
  const query = all.filter((parameter) => parameter.in === 'query')
  const body = requestBody?.content?.['application/json']?.schema
  return { method: method.toUpperCase(), path, query, body }
}

/** What is there, by the name of a parameter or of a member of a body. */
export type Known = Readonly<Record<string, readonly unknown[]>>

const left = ['owner', 'repo', 'repository_id']

/** Any request of these operations, most of which name what is there. */
export function requestsOf(
  some: readonly Operation[],
  known: Known,
): fc.Arbitrary<GeneratedRequest> {
  return fc.constantFrom(...some).chain((operation) =>
    fc
      .record({
        path: pathsOf(operation, known),
        query: queriesOf(operation, known),
        body: bodiesOf(operation, known),
        accept: accepts,
      })
      .map(({ path, query, body, accept }) => {
        return { method: operation.method, path: `${path}${query}`, body, accept }
      }),
  )
}

const accepts = fc.oneof(
  { weight: 12, arbitrary: fc.constant('application/json') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...['raw', 'object', 'sha', 'diff', 'patch', 'html', 'full', 'ant-man-preview+json'].map(
        (form) => `application/vnd.github.${form}`,
      ),
      ...['', '*/*', 'text/html', 'application/xml;q=0.9, */*;q=0.1'],
    ),
  },
)

/** A parameter of the path is mostly something that is there, and sometimes anything. */
function pathsOf({ path }: Operation, known: Known): fc.Arbitrary<string> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].flatMap(([, name = '']) =>
    left.includes(name) ? [] : [name],
  )
  const segments = names.map((name) => {
    const there = (known[name] ?? ['1']).map((value) => encodeURIComponent(String(value)))
    return fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...there) },
      { weight: 1, arbitrary: nastySegments },
    )
  })
  const fill = (values: readonly string[]) =>
    names.reduce((filled, name, n) => filled.replace(`{${name}}`, () => values[n] ?? ''), path)
  return fc.tuple(...segments).map(fill)
}

function queriesOf({ query }: Operation, known: Known): fc.Arbitrary<string> {
  const values = query.map(({ name, schema }) => {
    const right = valuesOf(schema, { name, known }).map((value) => encoded(value))
    const value = fc.oneof({ weight: 3, arbitrary: right }, { weight: 1, arbitrary: nastySegments })
    return fc.option(value, { freq: 1, nil: undefined }).map((text) => {
      return text === undefined ? [] : [`${name}=${text}`]
    })
  })
  return fc.tuple(...values).map((pairs) => {
    const given = pairs.flat()
    return given.length === 0 ? '' : `?${given.join('&')}`
  })
}

/** What no address can hold (half of a surrogate pair) is asked for as what would replace it. */
const encoded = (value: unknown) => encodeURIComponent(String(value).toWellFormed())

function bodiesOf({ body, method }: Operation, known: Known): fc.Arbitrary<Buffer | null> {
  if (!body && method === 'GET') return fc.constant(null)
  const right = valuesOf(body ?? {}, { name: '', known })
  return fc.oneof(
    { weight: 2, arbitrary: right.map(bytesOf) },
    { weight: 1, arbitrary: fc.tuple(right, spoilings).map(([value, spoil]) => spoil(value)) },
  )
}

const bytesOf = (value: unknown) => Buffer.from(JSON.stringify(value) ?? '')

/** Each takes a body and leaves something wrong with it, or at least odd. */
const spoilings: fc.Arbitrary<(value: unknown) => Buffer> = fc.oneof(
  fc.tuple(fc.nat({ max: 20 }), nastyValues).map(([at, junk]) => (value: unknown) => {
    const members = Object.entries(value ?? {})
    const [name] = members[at % Math.max(1, members.length)] ?? ['unknown']
    return bytesOf({ ...Object(value), [name]: junk })
  }),
  fc.nat({ max: 200 }).map((length) => (value: unknown) => bytesOf(value).subarray(0, length)),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => () => Buffer.from(bytes)),
  nastyValues.map((junk) => () => bytesOf(junk)),
)

type Place = { readonly name: string; readonly known: Known; readonly depth?: number }

const depthMax = 4

/** What a schema describes. */
function valuesOf(given: Schema, place: Place): fc.Arbitrary<unknown> {
  const schema = resolved(given) as Schema
  const depth = (place.depth ?? 0) + 1
  if (depth > depthMax) return fc.constant(null)
  const below = { ...place, depth }
  const options = schema.oneOf ?? schema.anyOf
  if (options) return fc.oneof(...options.map((option) => valuesOf(option, below)))
  if (schema.enum) return fc.constantFrom(...schema.enum)
  switch (schema.type) {
    case 'object':
      return objectsOf(schema, below)
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}, below), { maxLength: 3 })
    case 'integer':
    case 'number':
      return numbers
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return textsOf(place)
  }
}

/** What is required, and a few of the others: with all of them at once nothing would ever be right. */
function objectsOf({ properties = {}, required = [] }: Schema, place: Place) {
  const members = Object.entries(properties).map(([name, schema]) => {
    const given = valuesOf(schema, { ...place, name }).map((value) => [[name, value]])
    const absent = fc.constant([])
    const weight = required.includes(name) ? 0 : 3
    return fc.oneof({ weight: 1, arbitrary: given }, { weight, arbitrary: absent })
  })
  return fc.tuple(...members).map((entries) => Object.fromEntries(entries.flat()))
}

const numbers = fc.oneof(
  fc.nat({ max: 40 }),
  fc.constantFrom(-1, 0, 1.5, 2 ** 31, 2 ** 53, 1e300, 43_200, 43_201),
)

const textsOf = ({ name, known }: Place) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...(known[name] ?? ['main', 'text'])) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  )
