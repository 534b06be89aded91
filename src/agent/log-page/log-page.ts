import type { IncomingMessage, ServerResponse } from 'node:http'
import type { LogStore } from '../journal/log-store.ts'
import { privateHeaders, renderLog } from './document.ts'
import { sendEvents, wholeCharacters } from './events.ts'

/** Answers requests below `/logs/`; false when the request is for someone else. */
export type LogPage = (request: IncomingMessage, response: ServerResponse) => boolean

type LogPageOptions = {
  readonly logs: LogStore
  /** Whether nothing will be added to the log of this name. */
  readonly isEnded: (name: string) => boolean
  readonly onError: (error: unknown) => void
}

/** Readers who watch at once; more are asked to come back. */
const watchersMax = 256
/** A page shows the end of a log; the rest is in the raw one. */
const pageBytesMax = 1024 * 1024

/** A log's name is the secret of its link: 128 random bits in hex (agent 5, log_url). */
const pathPattern = /^\/logs\/([0-9a-f]{32})(?:\/(raw|events))?$/

/** The log of a deployment for people: as a page, raw, and live. */
export function openLogPage(options: LogPageOptions): LogPage {
  let watchers = 0

  async function watch({ request, response, url }: Asked, { name, size }: Found): Promise<void> {
    if (watchers >= watchersMax)
      return refuse(response, 503, 'Too many readers are watching; try again.\n')
    watchers += 1
    const type = 'text/event-stream; charset=utf-8'
    response.writeHead(200, { ...privateHeaders, 'content-type': type, 'x-accel-buffering': 'no' })
    const offset = offsetOf(request, url, size)
    const isEnded = () => options.isEnded(name)
    await sendEvents(response, { logs: options.logs, name, offset, isEnded }).finally(() => {
      watchers -= 1
    })
  }

  async function answer(asked: Asked): Promise<void> {
    const [, name = '', part] = pathPattern.exec(asked.url.pathname) ?? []
    const found = name === '' ? undefined : await findLog(options, name)
    if (found === undefined)
      return refuse(asked.response, 404, 'There is no such log, or it is too old to be kept.\n')
    if (part === 'raw') return await sendRaw(asked.response, options.logs, name)
    if (part === 'events') return await watch(asked, found)
    return await sendPage(asked.response, options, found)
  }

  return (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (request.method !== 'GET' || !url.pathname.startsWith('/logs/')) return false
    answer({ request, response, url }).catch((error: unknown) => {
      options.onError(error)
      response.destroy()
    })
    return true
  }
}

type Asked = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly url: URL
}

type Found = { readonly name: string; readonly size: number }

/** A log that nothing was written to yet is there while something may come. */
async function findLog(
  { logs, isEnded }: LogPageOptions,
  name: string,
): Promise<Found | undefined> {
  const size = await logs.size(name)
  return size > 0 || !isEnded(name) ? { name, size } : undefined
}

/** Where the reader is: what its browser says when it comes back, else what the page says. */
function offsetOf(request: IncomingMessage, url: URL, size: number): number {
  const given = request.headers['last-event-id'] ?? url.searchParams.get('offset')
  const offset = Number(given ?? 0)
  return Number.isSafeInteger(offset) && offset >= 0 && offset <= size ? offset : 0
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...privateHeaders, 'content-type': 'text/plain; charset=utf-8' })
  response.end(text)
}

async function sendRaw(response: ServerResponse, logs: LogStore, name: string): Promise<void> {
  response.writeHead(200, { ...privateHeaders, 'content-type': 'text/plain; charset=utf-8' })
  for await (const bytes of readAll(logs, name, 0)) {
    if (response.destroyed) return
    if (!response.write(bytes))
      await new Promise((resolve) => response.once('drain', resolve).once('close', resolve))
  }
  response.end()
}

async function* readAll(logs: LogStore, name: string, from: number): AsyncGenerator<Buffer> {
  for (let offset = from; ; ) {
    const bytes = await logs.read(name, offset)
    if (bytes.length === 0) return
    offset += bytes.length
    yield bytes
  }
}

async function sendPage(
  response: ServerResponse,
  options: LogPageOptions,
  { name, size }: Found,
): Promise<void> {
  const isEnded = options.isEnded(name)
  const from = Math.max(0, size - pageBytesMax)
  const chunks: Buffer[] = []
  for await (const bytes of readAll(options.logs, name, from)) chunks.push(bytes)
  const bytes = wholeCharacters(Buffer.concat(chunks))
  // Links are relative, since a proxy may have put us below a prefix.
  const page = renderLog({
    name,
    text: bytes.toString(),
    offset: from + bytes.length,
    skippedBytes: from,
    isEnded,
  })
  response.writeHead(200, { ...privateHeaders, 'content-type': 'text/html; charset=utf-8' })
  response.end(page)
}
