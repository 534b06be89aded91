import { hash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { Answer, Versioned } from './answer.ts'
import { etagOf, isUnchanged } from './etag.ts'
import { type Kept, keep, keptFor } from './kept.ts'

/** An answer as it goes over the wire. */
export type Rendered = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly content?: string | Readable
}

type Asked = { readonly method: string; readonly headers: IncomingHttpHeaders }

const json = { 'content-type': 'application/json; charset=utf-8' }

/** Writes an answer out, or says 304 to whoever has it already: without building it where that can be told before. */
export async function render(answer: Answer, asked: Asked): Promise<Rendered> {
  const { status, headers = {}, versioned, body } = answer
  const bare = answer.stream ?? answer.text
  if (bare !== undefined) return { status, headers, content: bare }
  if (versioned) return await renderVersioned(answer, versioned, asked)
  if (body === undefined) return { status, headers }
  const content = JSON.stringify(body)
  const typed = { ...headers, ...json }
  // Strong, as GitHub's for what was just made.
  if (status === 201) {
    return { status, content, headers: { ...typed, etag: `"${hash('sha256', content, 'hex')}"` } }
  }
  if (status !== 200) return { status, content, headers: typed }
  const etag = etagOf(content, asked.headers)
  if (isKnown(asked, etag, headers)) return { status: 304, headers: { ...headers, etag } }
  return { status, content, headers: { ...typed, etag } }
}

async function renderVersioned(answer: Answer, versioned: Versioned, asked: Asked) {
  const { status, headers = {} } = answer
  const kept = keptFor(versioned)
  kept.version ??= await buildVersion(kept, versioned)
  const etag = etagOf(kept.version, asked.headers)
  if (isKnown(asked, etag, headers)) return { status: 304, headers: { ...headers, etag } }
  const content = kept.content ?? (await buildContent(kept, versioned))
  return { status, content, headers: { ...headers, ...json, etag } }
}

const buildVersion = async (kept: Kept, versioned: Versioned): Promise<string> =>
  hash('sha256', await buildContent(kept, versioned), 'hex')

async function buildContent(kept: Kept, versioned: Versioned): Promise<string> {
  const content = JSON.stringify(await versioned.build())
  kept.content = content
  keep(versioned, kept)
  return content
}

function isKnown({ method, headers }: Asked, etag: string, own: Rendered['headers']): boolean {
  const isRead = method === 'GET' || method === 'HEAD'
  return isRead && isUnchanged(headers, etag, own['last-modified'])
}
