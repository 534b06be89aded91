import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { Secret } from '../../lib/secret.ts'
import type { Notice } from './model.ts'

/** Whether one of the secrets signed exactly these bytes. Every secret is tried, in constant time. */
export function isSigned(
  body: Buffer,
  signature: string | undefined,
  secrets: readonly Secret[],
): boolean {
  const given = Buffer.from(signature ?? '')
  const matches = secrets.map((secret) => {
    const digest = createHmac('sha256', secret.reveal()).update(body).digest('hex')
    const expected = Buffer.from(`sha256=${digest}`)
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
  return matches.includes(true)
}

const bodyShape = z.object({
  deployment: z.object({
    id: z.int().positive(),
    environment: z.string(),
    task: z.string(),
  }),
  deployment_status: z.object({ state: z.string(), log_url: z.string().default('') }).optional(),
  repository: z.object({ full_name: z.string().regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/) }),
})

/**
 * Reads a `deployment` or `deployment_status` body, JSON or form (contract 6.6); null for
 * any other. Headers are not signed, so what the body is, it says itself (agent D8).
 */
export function parseNotice(body: Buffer): Notice | null {
  const parsed = bodyShape.safeParse(jsonOf(body.toString('utf8')))
  if (!parsed.success) return null
  const { deployment, deployment_status, repository } = parsed.data
  return { ...deployment, repository: repository.full_name, status: deployment_status ?? null }
}

function jsonOf(text: string): unknown {
  const json = text.startsWith('payload=') ? new URLSearchParams(text).get('payload') : text
  try {
    return JSON.parse(json ?? '')
  } catch {
    // Signed, but not for us to understand: that is "ignored".
    return undefined
  }
}
