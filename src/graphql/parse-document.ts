import {
  type Document,
  DocumentFault,
  type Field,
  type Fragment,
  type Location,
  type Operation,
  type Selection,
  type Value,
} from './model.ts'

/** No document of a client that we know has a tenth of it. */
const charactersMax = 64 * 1024
const depthMax = 20

type Token = {
  readonly kind: 'punctuator' | 'name' | 'number' | 'string' | 'end'
  readonly text: string
  readonly start: number
}

/** Throws DocumentFault for what is no query, or no part of the language that is spoken here. */
export function parseDocument(text: string): Document {
  if (text.length > charactersMax) {
    throw new DocumentFault({ message: `A query may have ${charactersMax} characters at most.` })
  }
  const reader = openReader(text)
  const operations: Operation[] = []
  const fragments = new Map<string, Fragment>()
  while (reader.peek().kind !== 'end') {
    if (reader.take('fragment')) {
      const name = reader.name()
      reader.expect('on')
      fragments.set(name, { on: reader.name(), selections: parseSelections(reader, 1) })
    } else operations.push(parseOperation(reader))
  }
  return { operations, fragments }
}

type Reader = ReturnType<typeof openReader>

function openReader(text: string) {
  const tokens = tokensOf(text)
  let next = tokens.next().value
  const peek = (): Token => next ?? { kind: 'end', text: 'end of document', start: text.length }

  function advance(): Token {
    const token = peek()
    next = tokens.next().value
    return token
  }
  /** A string never stands for a punctuator or a keyword. */
  const isNext = (wanted: string) => peek().text === wanted && peek().kind !== 'string'
  function take(wanted: string): boolean {
    const isThere = isNext(wanted)
    if (isThere) advance()
    return isThere
  }
  function refuse(): never {
    const at = locationIn(text, peek().start)
    const message = `Parse error on "${peek().text.slice(0, 40)}" at [${at.line}, ${at.column}]`
    throw new DocumentFault({ message, locations: [at] })
  }
  function expect(wanted: string): void {
    if (!take(wanted)) refuse()
  }
  const name = () => (peek().kind === 'name' ? advance().text : refuse())
  const at = () => locationIn(text, peek().start)
  return { peek, advance, isNext, take, expect, name, refuse, at }
}

/** White space, commas and comments mean nothing (GraphQL 2.1). */
const ignored = /(?:[\s,\uFEFF]|#[^\n\r]*)*/y
const lexeme =
  /(?<punctuator>\.{3}|[!$&()[\]:=@{}|])|(?<name>[A-Za-z_]\w*)|(?<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<string>"(?:[^"\\\n\r]|\\.)*")/y

function* tokensOf(text: string): Generator<Token, undefined> {
  let start = skip(text, 0)
  while (start < text.length) {
    lexeme.lastIndex = start
    const groups = lexeme.exec(text)?.groups
    const [kind, found] = Object.entries(groups ?? {}).find(([, part]) => part !== undefined) ?? []
    if (found === undefined) {
      const at = locationIn(text, start)
      const message = `Parse error on "${text.charAt(start)}" at [${at.line}, ${at.column}]`
      throw new DocumentFault({ message, locations: [at] })
    }
    yield { kind: kind as Token['kind'], text: found, start }
    start = skip(text, start + found.length)
  }
}

function skip(text: string, start: number): number {
  ignored.lastIndex = start
  ignored.exec(text)
  return ignored.lastIndex
}

function locationIn(text: string, start: number): Location {
  const before = text.slice(0, start).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

function parseOperation(reader: Reader): Operation {
  const isShort = reader.isNext('{')
  const kind = isShort ? 'query' : reader.name()
  if (!['query', 'mutation', 'subscription'].includes(kind)) reader.refuse()
  const name = !isShort && reader.peek().kind === 'name' ? reader.name() : ''
  const defaults = reader.take('(') ? parseVariables(reader) : new Map<string, Value>()
  return { kind, name, defaults, selections: parseSelections(reader, 1) }
}

/** Types are not kept: arguments are checked where they are used. */
function parseVariables(reader: Reader): Map<string, Value> {
  const defaults = new Map<string, Value>()
  while (!reader.take(')')) {
    reader.expect('$')
    const name = reader.name()
    reader.expect(':')
    parseType(reader, 1)
    defaults.set(name, reader.take('=') ? parseValue(reader) : { kind: 'literal', value: null })
  }
  return defaults
}

function parseType(reader: Reader, depth: number): void {
  if (depth > depthMax) reader.refuse()
  if (reader.take('[')) {
    parseType(reader, depth + 1)
    reader.expect(']')
  } else reader.name()
  reader.take('!')
}

function parseSelections(reader: Reader, depth: number): Selection[] {
  if (depth > depthMax) reader.refuse()
  reader.expect('{')
  const selections: Selection[] = []
  do selections.push(reader.isNext('...') ? parseSpread(reader, depth) : parseField(reader, depth))
  while (!reader.take('}'))
  return selections
}

function parseSpread(reader: Reader, depth: number): Selection {
  const at = reader.at()
  reader.expect('...')
  if (!reader.isNext('{') && !reader.isNext('on')) {
    return { kind: 'spread', name: reader.name(), at }
  }
  const on = reader.take('on') ? reader.name() : ''
  return { kind: 'inline', on, selections: parseSelections(reader, depth + 1), at }
}

function parseField(reader: Reader, depth: number): Field {
  const at = reader.at()
  const key = reader.name()
  const name = reader.take(':') ? reader.name() : key
  const args = reader.take('(') ? parseArguments(reader) : new Map<string, Value>()
  const selections = reader.isNext('{') ? parseSelections(reader, depth + 1) : []
  return { kind: 'field', key, name, args, selections, at }
}

function parseArguments(reader: Reader): Map<string, Value> {
  const args = new Map<string, Value>()
  while (!reader.take(')')) {
    const name = reader.name()
    reader.expect(':')
    args.set(name, parseValue(reader))
  }
  return args
}

const words: Readonly<Record<string, unknown>> = { true: true, false: false, null: null }

function parseValue(reader: Reader, depth = 1): Value {
  if (depth > depthMax) reader.refuse()
  if (reader.take('$')) return { kind: 'variable', name: reader.name() }
  if (reader.take('[')) return { kind: 'literal', value: parseList(reader, depth) }
  if (reader.take('{')) return { kind: 'literal', value: parseMembers(reader, depth) }
  const { kind, text } = reader.peek()
  if (kind === 'punctuator' || kind === 'end') reader.refuse()
  const value = kind === 'string' ? parseString(reader) : kind === 'number' ? Number(text) : text
  reader.advance()
  const isWord = kind === 'name' && Object.hasOwn(words, text)
  return { kind: 'literal', value: isWord ? words[text] : value }
}

function parseList(reader: Reader, depth: number): Value[] {
  const values: Value[] = []
  while (!reader.take(']')) values.push(parseValue(reader, depth + 1))
  return values
}

function parseMembers(reader: Reader, depth: number): (readonly [string, Value])[] {
  const members: (readonly [string, Value])[] = []
  while (!reader.take('}')) {
    const name = reader.name()
    reader.expect(':')
    members.push([name, parseValue(reader, depth + 1)])
  }
  return members
}

/** Its escapes are those of JSON. */
function parseString(reader: Reader): string {
  try {
    return JSON.parse(reader.peek().text) as string
  } catch {
    // An escape that there is not, or a control character.
    return reader.refuse()
  }
}
