import type { Secret } from '../../lib/secret.ts'

/**
 * Hides secrets in a text that arrives in pieces, cut anywhere. What it gives out
 * depends on the text alone, never on where it was cut.
 */
export type Masker = {
  /** What may be shown by now. What may be the beginning of a needle stays behind: at most the longest one's length less one. */
  write(chunk: string): string
  /** The rest. */
  end(): string
}

/** Shorter values would hide half of every log and protect nothing. */
const rawLengthMin = 4
const derivedLengthMin = 6

/**
 * Everything that gives a secret away: itself, each long line of it, its lines joined
 * in other ways, and its URL, JSON, shell and base64 forms (agent 5, masking).
 */
export function needlesOf(secrets: readonly Secret[]): readonly string[] {
  const values = secrets
    .map((secret) => secret.reveal().trim())
    .filter((value) => value.length >= rawLengthMin)
  const derived = values.flatMap(formsOf).filter((form) => form.length >= derivedLengthMin)
  return [...new Set([...values, ...derived])].sort((a, b) => b.length - a.length)
}

function formsOf(value: string): string[] {
  const lines = value.split(/\r?\n/)
  const joined = ['\n', '\r\n', ' ', '\\n'].map((between) => lines.join(between))
  const wholes = [...joined, `${value}\n`]
  return [
    ...lines.map((line) => line.trim()),
    ...joined,
    ...[value, ...lines].flatMap(escapesOf),
    ...wholes.flatMap(base64FormsOf),
  ]
}

const escapesOf = (value: string): string[] => [
  encodeURIComponent(value),
  formEncoded(value),
  formEncoded(value).replaceAll('+', '%20'),
  JSON.stringify(value).slice(1, -1),
  value.replaceAll("'", `'\\''`),
  value.replaceAll(/(["$`\\])/g, '\\$1'),
]

const formEncoded = (value: string) => new URLSearchParams({ v: value }).toString().slice(2)

/**
 * Base64 packs 3 bytes in 4 letters, so a value looks different at each of the three
 * places it may start within other text. The letters that also hold bits of what
 * stands before or after it are left off.
 */
function base64FormsOf(value: string): string[] {
  const bytes = Buffer.from(value)
  return [0, 1, 2].flatMap((before) => {
    const shifted = Buffer.concat([Buffer.alloc(before), bytes])
    const first = Math.ceil((before * 8) / 6)
    const letters = Math.floor((shifted.length * 8) / 6)
    const pure = shifted.toString('base64').slice(first, letters)
    return [pure, pure.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

const mask = '***'

export function openMasker(needles: readonly string[]): Masker {
  const kept = needles.filter((needle) => needle.length > 0)
  const couldBegin = beginnings(kept)
  const pattern = patternOf(kept)
  let text = ''
  /** Where what may still be shown begins: a masked secret may reach into `text`. */
  let shown = 0

  /** Gives out all that starts before `end`; whether a needle starts there can be told by now. */
  function release(end: number): string {
    let out = ''
    for (const { from, to } of matchesOf(pattern, text, end)) {
      if (from >= shown) out += text.slice(shown, from) + mask
      shown = Math.max(shown, to)
    }
    if (shown < end) out += text.slice(shown, end)
    shown = Math.max(shown, end) - end
    text = text.slice(end)
    return out
  }

  return {
    write: (chunk) => {
      text += chunk
      return release(wholeUpTo(text, couldBegin(text)))
    },
    end: () => release(text.length),
  }
}

type Match = { readonly from: number; readonly to: number }

/** Every place before `end` where a needle starts, also inside another one, with the longest needle there. */
function* matchesOf(pattern: RegExp | undefined, text: string, end: number): Generator<Match> {
  if (pattern === undefined) return
  pattern.lastIndex = 0
  for (
    let found = pattern.exec(text);
    found !== null && found.index < end;
    found = pattern.exec(text)
  ) {
    yield { from: found.index, to: found.index + found[0].length }
    pattern.lastIndex = found.index + 1
  }
}

/** Where the earliest needle begins that the end of the text cuts off; the text's length if there is none. */
function beginnings(needles: readonly string[]): (text: string) => number {
  const hold = Math.max(0, ...needles.map((needle) => needle.length - 1))
  const byFirst = Map.groupBy(needles, (needle) => needle[0])
  const isCutOff = (rest: string) =>
    byFirst.get(rest[0])?.some((needle) => needle.length > rest.length && needle.startsWith(rest))
  return (text) => {
    for (let at = Math.max(0, text.length - hold); at < text.length; at += 1) {
      if (byFirst.has(text[at]) && isCutOff(text.slice(at))) return at
    }
    return text.length
  }
}

/** The longest needle is tried first, so that the longest one wins. */
function patternOf(needles: readonly string[]): RegExp | undefined {
  if (needles.length === 0) return undefined
  const longestFirst = needles.toSorted((a, b) => b.length - a.length)
  return new RegExp(longestFirst.map(quote).join('|'), 'g')
}

const quote = (needle: string) => needle.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')

/** Never cuts a character of two halves, which would become two broken ones on disk. */
function wholeUpTo(text: string, end: number): number {
  const last = text.charCodeAt(end - 1)
  return last >= 0xd800 && last <= 0xdbff ? end - 1 : end
}
