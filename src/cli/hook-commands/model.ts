import { InvalidArgumentError } from 'commander'
import { durationMs } from '../../lib/duration.ts'

/** GitHub's JSON, as far as it is shown. */
export type Hook = {
  readonly id: number
  readonly active: boolean
  readonly events: readonly string[]
  readonly config: { readonly url?: string; readonly content_type?: string }
  readonly last_response: {
    readonly code: number | null
    readonly status: string | null
    readonly message: string | null
  }
}

export type Delivery = {
  readonly id: number
  readonly guid: string
  readonly delivered_at: string
  readonly redelivery: boolean
  readonly duration: number
  readonly status: string
  readonly status_code: number
  readonly event: string
  readonly action: string | null
}

/** An event of the feed. */
export type Told = {
  readonly id: number
  readonly guid: string
  readonly event: string
  readonly action: string | null
  readonly created_at: string
  readonly payload: {
    readonly ref?: string
    readonly deployment?: { readonly id: number; readonly environment: string }
    readonly deployment_status?: { readonly state: string }
  }
}

/** `deployment.created`, or `push` for what has no action. */
export const nameOf = ({ event, action }: Pick<Delivery, 'event' | 'action'>): string =>
  action === null ? event : `${event}.${action}`

/** A time, or how long ago: `2026-01-31T12:00:00Z`, `2h`. */
export function parseMoment(text: string): string {
  const isAgo = /^\d{1,7}(s|m|h|d)$/.test(text)
  const ms = isAgo ? Date.now() - durationMs(text) : Date.parse(text)
  if (!Number.isNaN(ms)) return new Date(ms).toISOString()
  throw new InvalidArgumentError(
    'Use a time such as 2026-01-31T12:00:00Z, or how long ago: 30m, 2h, 3d.',
  )
}
