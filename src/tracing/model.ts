import type { TraceContext } from '../trace-context/trace-context.ts'

export type Attributes = Readonly<Record<string, string | number>>

/** Something that took a while, told once it is over. Times are milliseconds of the epoch, with fractions. */
export type Span = TraceContext & {
  readonly parentSpanId: string | undefined
  readonly name: string
  readonly kind: 'internal' | 'server' | 'client' | 'producer'
  readonly startedAt: number
  readonly endedAt: number
  readonly attributes: Attributes
  /** Spans of other traces that have to do with it. */
  readonly links: readonly TraceContext[]
  readonly isError: boolean
}

/** Does something as a part of what is under way. */
export type Within = <R>(name: string, act: () => R) => R
