import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { z } from 'zod'

const idSchema = { traceId: z.string().length(32), spanId: z.string().length(16) }
const spanSchema = z.object({
  ...idSchema,
  parentSpanId: z.string().length(16).optional(),
  name: z.string(),
  kind: z.number().int().min(1).max(5),
  startTimeUnixNano: z.string().regex(/^\d{19}$/),
  endTimeUnixNano: z.string().regex(/^\d{19}$/),
  attributes: z.array(
    z.object({
      key: z.string(),
      value: z.union([z.object({ stringValue: z.string() }), z.object({ intValue: z.string() })]),
    }),
  ),
  links: z.array(z.object(idSchema)),
  status: z.object({ code: z.number().optional() }),
})
const requestSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(z.unknown()) }),
      scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })),
    }),
  ),
})

export type Collected = z.infer<typeof spanSchema>

/** Takes traces as a collector of OpenTelemetry does, and keeps them; `answer` says how it fares. */
export async function startCollector(answer: () => number | 'never' = () => 200) {
  const spans: Collected[] = []
  const seen = { requests: 0 }
  const server = createServer(async (request, response) => {
    seen.requests += 1
    const status = answer()
    if (status === 'never') return
    const body = requestSchema.parse(await json(request))
    const isTaken = request.url === '/v1/traces' && status === 200
    for (const { scopeSpans } of isTaken ? body.resourceSpans : []) {
      spans.push(...scopeSpans.flatMap((scope) => scope.spans))
    }
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, spans, seen }
}

/** An attribute's value as text. */
export const attributeOf = (span: Collected | undefined, key: string) => {
  const value = span?.attributes.find((attribute) => attribute.key === key)?.value
  if (!value) return undefined
  return 'intValue' in value ? value.intValue : value.stringValue
}
