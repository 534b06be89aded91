import { Problem } from '../lib/problem.ts'
import {
  type Document,
  DocumentFault,
  type Field,
  type GraphqlError,
  type Operation,
} from './model.ts'
import type { Node } from './nodes.ts'
import { type Plan, planOf, type Step } from './plan.ts'

type Variables = Readonly<Record<string, unknown>>

type Asked = {
  readonly document: Document
  readonly operationName: string | undefined
  readonly variables: Variables
}

type Answered = { readonly data: object; readonly errors?: readonly GraphqlError[] }

/** Throws DocumentFault for a query that is not answered at all. */
export async function answerQuery(asked: Asked, root: Node): Promise<Answered> {
  const { document, variables } = asked
  const operation = operationIn(asked)
  const plan = planOf(document, operation)
  const errors: GraphqlError[] = []

  async function answerPlan(node: Node, { type, steps }: Plan, path: readonly string[]) {
    const typename = node['__typename']?.(noArgument)
    const isOf = ({ on }: Step) => on === type || on === typename || on === 'RepositoryOwner'
    const byKey = Map.groupBy(steps.filter(isOf), ({ field }) => field.key)
    const entries = [...byKey].map(async ([key, same]): Promise<[string, unknown]> => {
      return [key, await answerSteps(node, same, [...path, key])]
    })
    return Object.fromEntries(await Promise.all(entries))
  }

  /** All of `steps` ask for one field, each perhaps for another part of it. */
  async function answerSteps(node: Node, steps: readonly Step[], path: readonly string[]) {
    const [first] = steps
    if (!first) return null
    refuseConflict(steps)
    const { field, plan } = first
    const argument = (name: string) => argumentOf(field, name, operation, variables)
    const value = await resolve(() => node[field.name]?.(argument), field, path)
    if (value === null || value === undefined) return null
    if (!plan) return value
    const parts = steps.flatMap((step) => step.plan?.steps ?? [])
    return await answerPlan(value as Node, { type: plan.type, steps: parts }, path)
  }

  /** What a caller may not see is null, and an error beside the data. */
  async function resolve(find: () => unknown, field: Field, path: readonly string[]) {
    try {
      return await find()
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'not_found') throw error
      const names = ['owner', 'name'].map((name) => argumentOf(field, name, operation, variables))
      const message = `Could not resolve to a Repository with the name '${names.join('/')}'.`
      errors.push({ type: 'NOT_FOUND', path, locations: [field.at], message })
      return null
    }
  }

  const data = await answerPlan(root, plan, [])
  return errors.length > 0 ? { data, errors } : { data }
}

const noArgument = () => ''

function operationIn({ document: { operations }, operationName }: Asked): Operation {
  const named = operations.filter(({ name }) => !operationName || name === operationName)
  const [operation] = named
  if (!operation) {
    const message = operationName
      ? `No operation named "${operationName}"`
      : 'No query string was present'
    throw new DocumentFault({ message })
  }
  if (named.length > 1) throw new DocumentFault({ message: 'An operation name is required' })
  if (operation.kind === 'query') return operation
  throw new DocumentFault({ message: `A ${operation.kind} is not available here; use REST.` })
}

/** Every argument there is here is a string that must be given. */
function argumentOf(
  { name: fieldName, args, at }: Field,
  name: string,
  { defaults }: Operation,
  variables: Variables,
): string {
  const given = args.get(name)
  const inVariables = given?.kind === 'variable' && Object.hasOwn(variables, given.name)
  const found = given?.kind === 'variable' ? defaults.get(given.name) : given
  const value = inVariables ? variables[given.name] : found?.kind === 'literal' && found.value
  if (typeof value === 'string') return value
  const message = `Argument '${name}' on Field '${fieldName}' has an invalid value. Expected type 'String!'.`
  const extensions = { code: 'argumentLiteralsIncompatible' }
  throw new DocumentFault({ message, extensions, locations: [at] })
}

/** One name of the answer cannot be two things (GraphQL 5.3.2). */
function refuseConflict(steps: readonly Step[]): void {
  const [first, ...others] = steps.map(({ field }) => JSON.stringify([field.name, ...field.args]))
  if (others.every((other) => other === first)) return
  const [{ field } = { field: undefined }] = steps
  const message = `Field '${field?.key}' has a field conflict: give one of them another name`
  throw new DocumentFault({ message, extensions: { code: 'fieldConflict' } })
}
