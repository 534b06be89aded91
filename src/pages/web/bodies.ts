import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from '../../lib/problem.ts'

const bodyBytesMax = 64 * 1024

/**
 * The three ways in which a browser or a program fills in a form. Programs send theirs as JSON, and with
 * `FormData`, which is `multipart/form-data`, as often as in a form.
 */
export function readBodies(web: FastifyInstance): void {
  const asText = { parseAs: 'string', bodyLimit: bodyBytesMax } as const
  const asBytes = { parseAs: 'buffer', bodyLimit: bodyBytesMax } as const
  web.addContentTypeParser('application/x-www-form-urlencoded', asText, (_request, body, parsed) =>
    parsed(null, listsIn(new URLSearchParams(body.toString()))),
  )
  web.addContentTypeParser(
    'application/json',
    asText,
    async (_request: FastifyRequest, body: string) => parseJson(body),
  )
  web.addContentTypeParser(
    'multipart/form-data',
    asBytes,
    async ({ headers }: FastifyRequest, body: Buffer) =>
      parseParts(headers['content-type'] ?? '', Buffer.from(body)),
  )
}

/** Nothing is an empty object: what was asked may all be in the query. */
function parseJson(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text)
  } catch {
    throw new Problem('bad_request', 'Problems parsing JSON')
  }
}

async function parseParts(type: string, body: Buffer<ArrayBuffer>): Promise<unknown> {
  try {
    return listsIn(await new Response(body, { headers: { 'content-type': type } }).formData())
  } catch {
    throw new Problem('bad_request', 'Problems parsing multipart/form-data')
  }
}

/** Of a field given many times, as checkboxes are, all values. Files are none of ours. */
function listsIn(fields: URLSearchParams | FormData): Record<string, string | string[]> {
  const names = [...new Set(fields.keys())]
  return Object.fromEntries(
    names.map((name) => {
      const all = fields.getAll(name).filter((value) => typeof value === 'string')
      return [name, all.length === 1 ? (all[0] ?? '') : all]
    }),
  )
}
