import type { CustomFetch } from 'openid-client'
import { request } from 'undici'
import { isLoopback } from './model.ts'

const bytesMax = 256 * 1024

/** The provider cannot be asked now: no answer, not in time, or one without an end. */
export class ProviderAway extends Error {
  override readonly name = 'ProviderAway'
}

/** What the library asks a provider with. Throws `ProviderAway`. */
export function limitedFetch(timeoutMs: number): CustomFetch {
  return async (address, { method, headers, body }) => {
    const url = new URL(address)
    if (url.protocol !== 'https:' && !isLoopback(url)) {
      throw new ProviderAway(`${url.origin} is asked by https alone`)
    }
    try {
      const answer = await request(url, {
        // The library sends forms alone.
        ...{ method, headers, body: body instanceof URLSearchParams ? body.toString() : null },
        // The whole of it, from the connection to the last byte.
        signal: AbortSignal.timeout(timeoutMs),
      })
      const type = answer.headers['content-type']?.toString() ?? ''
      const init = { status: answer.statusCode, headers: { 'content-type': type } }
      return new Response(await textOf(answer.body), init)
    } catch (cause) {
      throw new ProviderAway(`${url.origin} did not answer as it should`, { cause })
    }
  }
}

/** Null where there is none: a response may be of a kind that must not have any. */
async function textOf(body: AsyncIterable<Buffer>): Promise<string | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > bytesMax) throw new RangeError('The answer is larger than 256 KB')
    chunks.push(chunk)
  }
  return bytes === 0 ? null : Buffer.concat(chunks).toString('utf8')
}
