import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { Problem } from '../../lib/problem.ts'

/** A YAML file as plain values, and where in the file each of them stands. */
export type YamlFile = {
  readonly value: unknown
  /** The line of the key or item at this path; where there is none, of its nearest parent. */
  lineOf(path: readonly string[]): number
}

const textBytesMax = 256 * 1024
// Enough for honest reuse by anchors; a bomb needs far more.
const aliasesMax = 100

/**
 * YAML 1.2 with merge keys and anchors; no tags, no duplicate keys, one
 * document, at most 256 KB. Throws Problem `invalid` with file and line.
 */
export function parseYamlFile(text: string, file: string): YamlFile {
  if (Buffer.byteLength(text) > textBytesMax) {
    throw new Problem(
      'invalid',
      `${file}: is larger than 256 KB; a configuration is never that long`,
    )
  }
  const lines = new LineCounter()
  const document = parseGuarded(text, file, lines)
  const [fault] = [...document.errors, ...document.warnings]
  if (fault) {
    const line = lines.linePos(fault.pos[0]).line
    throw new Problem('invalid', `${file}:${line}: ${sentenceOf(fault.code, fault.message)}`)
  }
  const line = (node: Node | null | undefined) =>
    node?.range ? lines.linePos(node.range[0]).line : null
  return {
    value: toValue(document, file),
    lineOf: (path) => lineAt(document, path, line),
  }
}

function parseGuarded(text: string, file: string, lineCounter: LineCounter) {
  try {
    return parseDocument(text, { lineCounter, merge: true, prettyErrors: false })
  } catch (error) {
    throw tooDeep(error, file)
  }
}

function toValue(document: ReturnType<typeof parseDocument>, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: aliasesMax })
  } catch (error) {
    // yaml's way to say that aliases multiply beyond the limit.
    if (error instanceof ReferenceError) {
      throw new Problem('invalid', `${file}: uses too many aliases (${aliasesMax} at most)`)
    }
    throw tooDeep(error, file)
  }
}

/** The parser recurses: thousands of brackets end its stack, and that is the file's fault. */
function tooDeep(error: unknown, file: string): unknown {
  if (!(error instanceof RangeError)) return error
  return new Problem('invalid', `${file}: is nested too deeply`)
}

function sentenceOf(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return 'this key is already set above; keep one of them'
  if (code === 'MULTIPLE_DOCS') return 'a second document starts here (---); keep one'
  return `not valid YAML: ${message}`
}

function lineAt(
  document: ReturnType<typeof parseDocument>,
  path: readonly string[],
  line: (node: Node | null | undefined) => number | null,
): number {
  let node: unknown = document.contents
  let found = line(document.contents) ?? 1
  for (const segment of path) {
    if (isAlias(node)) node = node.resolve(document)
    const next = childOf(node, segment)
    if (!next) return found
    found = line(next.at) ?? found
    node = next.value
  }
  return found
}

function childOf(node: unknown, segment: string): { at: Node; value: unknown } | null {
  if (isSeq<Node>(node)) {
    const item = node.items[Number(segment)]
    return item ? { at: item, value: item } : null
  }
  if (!isMap<Node, Node>(node)) return null
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === segment)
  return pair ? { at: pair.key, value: pair.value } : null
}
