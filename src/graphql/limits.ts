import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  Lexer,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  Source,
  TokenKind,
  type ValueNode,
} from 'graphql'

/** No document of a client that we know has a tenth of it. */
const charactersMax = 64 * 1024
const tokensMax = 6000
/** Of brackets of any kind: to parse one in another takes stack. */
const nestingMax = 100

/** As written, with what fragments bring each time they are used. Introspection takes far fewer. */
const fieldsMax = 1000
const depthMax = 20
/** What the answer may hold: a page of a hundred deployments with a hundred statuses of ten fields each is half of it. */
const valuesMax = 250_000
/** What a field with arguments counts as, each time: something is looked for. */
const lookupValues = 50
const pageMax = 100

/** Throws for a text that should not even be parsed, and for what is no text of GraphQL. */
export function checkText(query: string): void {
  if (query.length > charactersMax) {
    throw new GraphQLError(`A query may have ${charactersMax} characters at most.`)
  }
  const lexer = new Lexer(new Source(query))
  let nesting = 0
  for (let tokens = 0; lexer.advance().kind !== TokenKind.EOF; tokens++) {
    nesting += stepOf[lexer.token.kind] ?? 0
    if (tokens < tokensMax && nesting <= nestingMax) continue
    throw new GraphQLError(
      `A query may have ${tokensMax} tokens at most, and ${nestingMax} brackets within one another.`,
    )
  }
}

const stepOf: Readonly<Record<string, number>> = {
  [TokenKind.BRACE_L]: 1,
  [TokenKind.BRACKET_L]: 1,
  [TokenKind.PAREN_L]: 1,
  [TokenKind.BRACE_R]: -1,
  [TokenKind.BRACKET_R]: -1,
  [TokenKind.PAREN_R]: -1,
}

type Variables = Readonly<Record<string, unknown>>
type Walk = { readonly depth: number; readonly times: number }

/**
 * Why a document would take too much, or undefined. Asked before anything else
 * is made of the document: to check it takes the square of its fields.
 */
export function excessOf(document: DocumentNode, variables: Variables): GraphQLError | undefined {
  const fragments = new Map(document.definitions.flatMap(namedFragment))
  let fields = 0
  let values = 0

  const walk = ({ selections }: SelectionSetNode, at: Walk, given: Variables): boolean =>
    selections.some((selection) => walkSelection(selection, at, given))

  function walkSelection(selection: SelectionNode, at: Walk, given: Variables): boolean {
    switch (selection.kind) {
      case Kind.FIELD:
        return walkField(selection, at, given)
      case Kind.INLINE_FRAGMENT:
        return walkInside(selection.selectionSet, at, given)
      case Kind.FRAGMENT_SPREAD:
        return walkInside(fragments.get(selection.name.value)?.selectionSet, at, given)
    }
  }

  function walkField(field: FieldNode, { depth, times }: Walk, given: Variables): boolean {
    const { items, lookups } = sizesOf(field, given)
    const inside = { depth, times: times * items }
    values += times * (lookups > 0 ? lookups * lookupValues : 1)
    return walkInside(field.selectionSet, inside, given)
  }

  /** A fragment is a step down as well: those that use each other never end. */
  function walkInside(set: SelectionSetNode | undefined, at: Walk, given: Variables): boolean {
    fields++
    if (fields > fieldsMax || values > valuesMax || at.depth > depthMax) return true
    return set !== undefined && walk(set, { ...at, depth: at.depth + 1 }, given)
  }

  const isTooMuch = document.definitions.some((definition) => {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      return walk(definition.selectionSet, { depth: 1, times: 1 }, variables)
    }
    if (definition.kind !== Kind.OPERATION_DEFINITION) return false
    const given = { ...defaultsOf(definition), ...variables }
    return walk(definition.selectionSet, { depth: 1, times: 1 }, given)
  })
  return isTooMuch ? excess() : undefined
}

const excess = () =>
  new GraphQLError(
    `The query asks for too much at once. It may have ${fieldsMax} fields, ${depthMax} of them within one another, and ask for ${valuesMax} values.`,
    { extensions: { type: 'MAX_NODE_LIMIT_EXCEEDED' } },
  )

function namedFragment(
  node: DocumentNode['definitions'][number],
): [string, FragmentDefinitionNode][] {
  return node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : []
}

const defaultsOf = ({ variableDefinitions = [] }: OperationDefinitionNode): Variables =>
  Object.fromEntries(
    variableDefinitions.map(({ variable, defaultValue }) => [
      variable.name.value,
      defaultValue?.kind === Kind.INT ? Number(defaultValue.value) : undefined,
    ]),
  )

/** How often what is inside a field is answered, at most, and how much is looked for at once. */
function sizesOf({ arguments: given = [] }: FieldNode, variables: Variables) {
  const sizeOf = (...names: readonly string[]) => {
    const sizes = given.filter(({ name }) => names.includes(name.value))
    return Math.max(1, ...sizes.map(({ value }) => Math.min(sizeIn(value, variables), pageMax)))
  }
  const lookups = given.length > 0 ? sizeOf('ids', 'environments') : 0
  return { items: sizeOf('first', 'last', 'ids'), lookups }
}

function sizeIn(value: ValueNode, variables: Variables): number {
  if (value.kind === Kind.INT) return Number(value.value)
  if (value.kind === Kind.LIST) return value.values.length
  const given = value.kind === Kind.VARIABLE ? variables[value.name.value] : undefined
  if (Array.isArray(given)) return given.length
  return typeof given === 'number' ? given : 1
}
