import { open } from 'node:fs/promises'
import { type Command, InvalidArgumentError } from 'commander'
import { durationMs } from '../lib/duration.ts'
import { Problem } from '../lib/problem.ts'
import type { Output } from './screen.ts'

/** What every command takes that talks to a server. */
export type ApiFlags = {
  readonly apiUrl?: string
  readonly tokenStdin?: true
}

export type RepositoryFlags = ApiFlags & { readonly repo?: string }

export const defaultApiUrl = 'http://127.0.0.1:3000/api/v3'

export const withApiFlags = (command: Command): Command =>
  command
    .option(
      '--api-url <url>',
      `The server's API (or SLIPWAY_API_URL; default "${defaultApiUrl}")`,
      parseApiUrl,
    )
    .option('--token-stdin', 'Read the token from standard input instead of SLIPWAY_TOKEN')

export const withRepositoryFlags = (command: Command): Command =>
  withApiFlags(
    command.option(
      '-R, --repo <owner/name>',
      'The repository (default: the remote "origin" of this folder)',
      parseRepository,
    ),
  )

export const withJsonFlag = (command: Command): Command =>
  command.option(
    '--json [fields]',
    'Print these comma-separated fields as JSON (without a value: list them)',
    (text: string): JsonFlag => parseList(text),
  )

export function parseApiUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text
  throw new InvalidArgumentError('Use https://api.github.com or http(s)://HOST/api/v3.')
}

export function parseRepository(text: string): string {
  if (/^[\w.-]+\/[\w.-]+$/.test(text) && !/(^|\/)\.+(\/|$)/.test(text)) return text
  throw new InvalidArgumentError('Name it as owner/name.')
}

export const parseId = (text: string): number => parseNumber(text, 999_999_999_999_999)

const limitMax = 10_000

export const parseLimit = (text: string): number => parseNumber(text, limitMax)

function parseNumber(text: string, max: number): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : 0
  if (number >= 1 && number <= max) return number
  throw new InvalidArgumentError(`Use a whole number from 1 to ${max}.`)
}

export function parseList(text: string): readonly string[] {
  const items = text.split(',').map((item) => item.trim())
  if (items.every((item) => item !== '')) return items
  throw new InvalidArgumentError('Use a comma-separated list such as a,b.')
}

/** `none` is GitHub's empty list: nothing is checked. */
export const parseContexts = (text: string): readonly string[] =>
  text === 'none' ? [] : parseList(text)

// Beyond this a timer of Node's would fire at once.
const timeoutMsMax = 20 * 86_400_000

/** Milliseconds of `30s`, `10m`, `1h`. */
export function parseTimeout(text: string): number {
  const ms = /^\d{1,7}(s|m|h|d)$/.test(text) ? durationMs(text) : 0
  if (ms >= 1 && ms <= timeoutMsMax) return ms
  throw new InvalidArgumentError('Use 30s, 10m or 2h, at most 20d.')
}

type Limited = { readonly what: string; readonly bytesMax: number }

/** Standard input to its end. Throws `bad_request` beyond the limit. */
export async function readStandardInput({ what, bytesMax }: Limited): Promise<string> {
  return await collect(process.stdin, { what, bytesMax })
}

/** A file's text, or standard input for `-`. Throws `bad_request` when it cannot be read or is too large. */
export async function readFileOrInput(path: string, limited: Limited): Promise<string> {
  if (path === '-') return await readStandardInput(limited)
  try {
    await using file = await open(path)
    return await collect(file.createReadStream({ autoClose: false }), limited)
  } catch (error) {
    if (error instanceof Problem || !(error instanceof Error && 'code' in error)) throw error
    throw new Problem('bad_request', `Cannot read ${limited.what} from ${path}: ${error.message}`)
  }
}

async function collect(
  stream: AsyncIterable<Buffer | string>,
  { what, bytesMax }: Limited,
): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    bytes += chunk.length
    if (bytes > bytesMax)
      throw new Problem('bad_request', `${what} is larger than ${bytesMax} bytes`)
    chunks.push(Buffer.from(chunk))
  }
  return Buffer.concat(chunks).toString('utf8')
}

const payloadBytesMax = 24 * 1024 * 1024

/** `--payload`: JSON text, `@file` or `-`. GitHub takes an object or a string (contract 1.5). */
export async function readPayload(given: string): Promise<Record<string, unknown> | string> {
  return parsePayload(await payloadText(given))
}

async function payloadText(given: string): Promise<string> {
  const limited = { what: 'The payload', bytesMax: payloadBytesMax }
  if (given === '-') return await readStandardInput(limited)
  return given.startsWith('@') ? await readFileOrInput(given.slice(1), limited) : given
}

export function parsePayload(text: string): Record<string, unknown> | string {
  const value = jsonOf(text)
  if (typeof value === 'string') return value
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>
  throw new Problem('bad_request', 'The payload must be a JSON object or a JSON string')
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Problem('bad_request', `The payload is not JSON: ${reason}`)
  }
}

/** What `--json` was given: nothing, no fields (they are to be listed), or some. */
export type JsonFlag = true | readonly string[] | undefined

/**
 * Prints what `--json` asks for and says whether it did. `value` is only asked for
 * when fields were named. Throws `bad_request` for a field that does not exist.
 */
export async function printJson(
  flag: JsonFlag,
  shape: readonly string[],
  { output, value }: { output: Output; value: (fields: readonly string[]) => Promise<unknown> },
): Promise<boolean> {
  if (flag === undefined) return false
  if (flag === true) {
    for (const field of [...shape].sort()) output.line(field)
    return true
  }
  checkFields(flag, shape)
  const found = await value(flag)
  const picked = Array.isArray(found) ? found.map((one) => pick(one, flag)) : pick(found, flag)
  output.line(JSON.stringify(picked, null, output.isTerminal ? 2 : 0))
  return true
}

function checkFields(fields: readonly string[], shape: readonly string[]): void {
  const unknown = fields.find((field) => !shape.includes(field))
  if (unknown === undefined) return
  const known = [...shape].sort().join(', ')
  throw new Problem('bad_request', `--json has no field "${unknown}". It has: ${known}`)
}

function pick(value: unknown, fields: readonly string[]): Record<string, unknown> {
  const entries = new Map(Object.entries(value ?? {}))
  return Object.fromEntries(fields.map((field) => [field, entries.get(field) ?? null]))
}
