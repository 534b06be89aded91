import { createHash } from 'node:crypto'
import { chmodSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify from 'fastify'
import { Client } from 'undici'
import type { App } from '../app.ts'
import { operator } from '../audit/model.ts'
import { noSchemas } from '../http/body.ts'
import { answerAdmin } from './admin.ts'
import { type AdminAnswer, type AdminRequest, adminAnswer, adminRequest } from './model.ts'

/** Linux takes 107 bytes of path, macOS 103. */
const pathBytesMax = 100
const bodyBytesMax = 64 * 1024
const answerWithinMs = 30_000

/** Where the socket of a data folder is; folders with long names have theirs in the system's temporary one. */
function socketPath(data: string): string {
  const path = join(data, 'admin.sock')
  if (Buffer.byteLength(path) <= pathBytesMax) return path
  const name = createHash('sha256').update(data).digest('hex').slice(0, 16)
  return join(tmpdir(), `slipway-${name}.sock`)
}

/** Answers administrators' commands. Whoever may open the socket (mode 0600) is the administrator. */
export async function openAdminSocket(app: App, data: string): Promise<AsyncDisposable> {
  const path = socketPath(data)
  // The data folder is locked by this process, so a socket that is already there belongs to nobody.
  rmSync(path, { force: true })
  const fastify = Fastify({
    logger: false,
    bodyLimit: bodyBytesMax,
    schemaController: noSchemas,
  })
  const asked = { ...app, who: operator }
  fastify.post('/', async (request) => await answerAdmin(asked, adminRequest.parse(request.body)))
  const umask = process.umask(0o177)
  try {
    await fastify.listen({ path })
  } finally {
    process.umask(umask)
  }
  chmodSync(path, 0o600)
  return { [Symbol.asyncDispose]: () => fastify.close() }
}

/** Asks the server that holds the data folder; undefined when none is running. */
export async function askServer(
  data: string,
  request: AdminRequest,
): Promise<AdminAnswer | undefined> {
  const client = new Client('http://localhost', {
    socketPath: socketPath(data),
    headersTimeout: answerWithinMs,
    bodyTimeout: answerWithinMs,
  })
  try {
    const { statusCode, body } = await client.request({
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    })
    const json = await body.json()
    if (statusCode !== 200) throw new Error(`The server answered ${statusCode}`)
    return adminAnswer.parse(json)
  } catch (error) {
    if (isNobodyThere(error)) return undefined
    throw error
  } finally {
    await client.close()
  }
}

const isNobodyThere = (error: unknown) =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'ENOENT' || error.code === 'ECONNREFUSED')
