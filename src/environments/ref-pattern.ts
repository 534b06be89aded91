/**
 * The pattern language of deployment branch policies: Ruby's `File.fnmatch` with
 * `FNM_PATHNAME` (contract 4.6; https://docs.ruby-lang.org/en/3.1/File.html#method-c-fnmatch).
 * Our own, because the libraries for globs allow refs that Ruby refuses, and some
 * hang on patterns made to hang them.
 */

/** What a pattern may be long: time to match is at most its length × the name's. */
export const patternCharactersMax = 255

type Token =
  | { readonly kind: 'any_run' }
  | { readonly kind: 'any_one' }
  | { readonly kind: 'character'; readonly character: string }
  | { readonly kind: 'set'; readonly isNegated: boolean; readonly ranges: readonly Range[] }

type Range = readonly [from: string, to: string]

// What stands between two slashes; it floats when two stars and a slash stand before it: any folders may come between.
type Segment = { readonly floats: boolean; readonly tokens: readonly Token[] }

/** Whether a pattern allows the short name of a ref: `release/*` allows `release/1`, not `release/1/a`. */
export const matchesRefPattern = (pattern: string, name: string): boolean =>
  traceMatch(pattern, name).matches

/** The same, telling the characters that were looked at: what it costs. */
export function traceMatch(pattern: string, name: string): { matches: boolean; steps: number } {
  const segments = segmentsOf(pattern)
  const folders = name.split('/').map((folder) => [...folder])
  const trace = { steps: pattern.length }
  return { matches: segments !== undefined && matchesPath(segments, folders, trace), ...trace }
}

type Trace = { steps: number }
type Position = { readonly segment: number; readonly folder: number }

/** Each segment against its folder; after a failure, the last one that floats moves on by a folder. */
function matchesPath(segments: readonly Segment[], folders: string[][], trace: Trace): boolean {
  let at: Position = { segment: 0, folder: 0 }
  let floating: Position | undefined
  while (at.segment < segments.length || at.folder < folders.length) {
    trace.steps++
    const segment = segments[at.segment]
    const folder = folders[at.folder]
    if (segment?.floats) floating = at
    const fits = segment && folder && matchesFolder(segment.tokens, folder, trace)
    const next = fits
      ? { segment: at.segment + 1, folder: at.folder + 1 }
      : pastFolder(floating, folders)
    if (!next) return false
    at = next
  }
  return true
}

/** What floats passes no hidden folder, and not the last one. */
function pastFolder(at: Position | undefined, folders: string[][]): Position | undefined {
  if (!at || folders[at.folder]?.[0] === '.' || at.folder + 1 >= folders.length) return undefined
  return { segment: at.segment, folder: at.folder + 1 }
}

/** A leading dot is only matched by a dot. */
function matchesFolder(tokens: readonly Token[], folder: string[], trace: Trace): boolean {
  return (folder[0] !== '.' || isDot(tokens[0])) && matchesCharacters(tokens, folder, trace)
}

/** Going back to the latest `*` is enough: what an earlier one could still reach, it reaches as well. */
function matchesCharacters(tokens: readonly Token[], folder: string[], trace: Trace): boolean {
  let at = 0
  let next = 0
  let run: { after: number; from: number } | undefined
  while (at < folder.length || next < tokens.length) {
    trace.steps++
    const token = tokens[next]
    if (token?.kind === 'any_run') {
      run = { after: ++next, from: at }
    } else if (accepts(token, folder[at])) {
      next++
      at++
    } else {
      if (!run || run.from === folder.length) return false
      at = ++run.from
      next = run.after
    }
  }
  return true
}

const isDot = (token: Token | undefined) => token?.kind === 'character' && token.character === '.'

function accepts(token: Token | undefined, character: string | undefined): boolean {
  if (!token || character === undefined) return false
  switch (token.kind) {
    case 'any_run':
    case 'any_one':
      return true
    case 'character':
      return token.character === character
    case 'set':
      return token.ranges.some((range) => isWithin(range, character)) !== token.isNegated
  }
}

/** A range that runs backwards holds its two ends. */
function isWithin([from, to]: Range, character: string): boolean {
  if (character === from || character === to) return true
  const [low, high, code] = [from, to, character].map((one) => one.codePointAt(0) ?? 0)
  return low !== undefined && high !== undefined && code !== undefined && low < code && code < high
}

/** Undefined for a pattern that matches nothing, because a `[` is never closed. */
function segmentsOf(pattern: string): Segment[] | undefined {
  const characters = [...pattern]
  const segments: Segment[] = []
  let at = 0
  do {
    const start = skipFloats(characters, at)
    const tokens: Token[] = []
    const floats = start > at
    at = start
    while (at < characters.length && !isSlash(characters, at)) {
      const read = tokenAt(characters, at)
      if (!read) return undefined
      tokens.push(read.token)
      at = read.end
    }
    segments.push({ floats, tokens })
    at += characters[at] === '\\' ? 2 : 1
  } while (at <= characters.length)
  return segments
}

// Behind all that makes a segment float: `**/`, any number of times.
function skipFloats(characters: readonly string[], from: number): number {
  let at = from
  while (characters.slice(at, at + 3).join('') === '**/') at += 3
  return at
}

/** An escaped slash is a slash as well. */
const isSlash = (characters: readonly string[], at: number) =>
  characters[at] === '/' || (characters[at] === '\\' && characters[at + 1] === '/')

type Read<T> = { readonly end: number } & T

function tokenAt(characters: readonly string[], at: number): Read<{ token: Token }> | undefined {
  switch (characters[at]) {
    case '*':
      return { token: { kind: 'any_run' }, end: at + 1 }
    case '?':
      return { token: { kind: 'any_one' }, end: at + 1 }
    case '[':
      return setAt(characters, at + 1)
    default: {
      const read = characterAt(characters, at)
      // A backslash with nothing behind it stands for itself.
      const { character, end } = read ?? { character: '\\', end: at + 1 }
      return { token: { kind: 'character', character }, end }
    }
  }
}

/** A character, or the one behind a backslash; undefined where the pattern ends. */
function characterAt(characters: readonly string[], at: number) {
  const isEscaped = characters[at] === '\\'
  const character = characters[isEscaped ? at + 1 : at]
  return character === undefined ? undefined : { character, end: at + (isEscaped ? 2 : 1) }
}

/** From behind the `[` to behind the `]`. A slash inside is one of the set, and ends no segment. */
function setAt(characters: readonly string[], start: number): Read<{ token: Token }> | undefined {
  const isNegated = characters[start] === '!' || characters[start] === '^'
  const ranges: Range[] = []
  let at = isNegated ? start + 1 : start
  while (characters[at] !== ']') {
    const read = rangeAt(characters, at)
    if (!read) return undefined
    ranges.push(read.range)
    at = read.end
  }
  return { token: { kind: 'set', isNegated, ranges }, end: at + 1 }
}

/** `a-z`, or `a`; the hyphen of `a-]` stands for itself. */
function rangeAt(characters: readonly string[], at: number): Read<{ range: Range }> | undefined {
  const from = characterAt(characters, at)
  if (!from) return undefined
  const isRange = characters[from.end] === '-' && characters[from.end + 1] !== ']'
  const to = isRange ? characterAt(characters, from.end + 1) : from
  return to && { range: [from.character, to.character], end: to.end }
}
