import { type DocumentNode, execute, GraphQLError, parse, validate } from 'graphql'
import { Problem, type ProblemCode } from '../lib/problem.ts'
import { rules } from './known-fields.ts'
import { checkText, excessOf } from './limits.ts'
import { schema } from './schema.ts'

type Asked = {
  readonly query: string
  readonly operationName: string | undefined
  readonly variables: Readonly<Record<string, unknown>>
}

/** GitHub's body: `data` is not there for what was not answered at all. */
type Answered = { readonly data?: unknown; readonly errors?: readonly object[] }

const faultsMax = 20

/** `root` has a property for each field of `Query` and `Mutation`. Throws what is a bug of ours. */
export async function answerQuery(asked: Asked, root: object): Promise<Answered> {
  const parsed = parseQuery(asked)
  if (parsed.kind === 'refused') return { errors: parsed.errors.map(errorPayload) }
  const { variables, operationName } = asked
  const { data, errors } = await execute({
    schema,
    document: parsed.document,
    rootValue: root,
    variableValues: variables,
    operationName,
  })
  const shown = errors && { errors: errors.toSorted(byPlace).map(errorPayload) }
  return data === undefined ? { ...shown } : { data, ...shown }
}

type Parsed =
  | { readonly kind: 'parsed'; readonly document: DocumentNode }
  | { readonly kind: 'refused'; readonly errors: readonly GraphQLError[] }

function parseQuery({ query, variables }: Asked): Parsed {
  try {
    checkText(query)
    const document = parse(query)
    const excess = excessOf(document, variables)
    const errors = excess ? [excess] : validate(schema, document, rules, { maxErrors: faultsMax })
    return errors.length > 0 ? { kind: 'refused', errors } : { kind: 'parsed', document }
  } catch (error) {
    // What is no GraphQL, or too much of it.
    if (error instanceof GraphQLError) return { kind: 'refused', errors: [error] }
    throw error
  }
}

/**
 * As the query asks, and not as things were found: what is not there is found
 * missing sooner than what may not be seen, and nobody should learn which it is.
 */
function byPlace(one: GraphQLError, other: GraphQLError): number {
  const [a, b] = [placeOf(one), placeOf(other)]
  const index = a.findIndex((step, n) => step !== b[n])
  return (a[index] ?? 0) - (b[index] ?? 0)
}

const placeOf = ({ locations = [], path = [] }: GraphQLError): number[] => [
  locations[0]?.line ?? 0,
  locations[0]?.column ?? 0,
  ...path.filter((step) => typeof step === 'number'),
]

const typeOf: Record<ProblemCode, string> = {
  bad_request: 'UNPROCESSABLE',
  unauthenticated: 'FORBIDDEN',
  forbidden: 'FORBIDDEN',
  not_found: 'NOT_FOUND',
  conflict: 'UNPROCESSABLE',
  too_large: 'UNPROCESSABLE',
  unsupported: 'UNPROCESSABLE',
  invalid: 'UNPROCESSABLE',
  unavailable: 'SERVICE_UNAVAILABLE',
}

/** In the order of GitHub's wire. */
function errorPayload(error: GraphQLError): object {
  const { message, path, locations, originalError: cause } = error
  if (cause && !(cause instanceof Problem) && !(cause instanceof GraphQLError)) throw cause
  const { type = cause instanceof Problem ? typeOf[cause.code] : undefined, ...extensions } =
    error.extensions
  return {
    ...(type === undefined ? {} : { type }),
    ...(path && { path }),
    ...(Object.keys(extensions).length > 0 ? { extensions } : {}),
    ...(locations && { locations }),
    message: cause instanceof Problem ? messageOf(cause) : message,
  }
}

/** REST says beside "Validation Failed" what failed; here there is only the message. */
function messageOf({ message, errors }: Problem): string {
  if (message !== 'Validation Failed') return message
  const reasons = errors.map((error) =>
    typeof error === 'string' ? error : (error.message ?? `${error.field} is ${error.code}`),
  )
  return reasons.join(', ')
}
