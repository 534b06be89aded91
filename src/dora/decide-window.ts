import type { Period, Success } from './model.ts'

type Window = {
  /** What everything in the window came after. */
  readonly earlier: readonly Success[]
  /** The successes of the period, and what each target had before them. */
  readonly window: readonly Success[]
}

/** Cuts the successes of an environment, in the order of their success, where a period begins to depend on them. */
export function decideWindow(successes: readonly Success[], { since }: Period): Window {
  const before = successes.filter(({ successAt }) => successAt < since)
  const lastByTarget = new Map(before.map((one) => [one.target, one]))
  const told = new Set(successes.slice(before.length).map(({ target }) => target))
  const needed = [...lastByTarget.values()].filter(({ target }) => told.has(target))
  const first = Math.min(before.length, ...needed.map((one) => before.indexOf(one)))
  // The environment's last success too: what came next is told apart from it.
  const start = Math.max(0, Math.min(first, before.length - 1))
  return { earlier: successes.slice(0, start), window: successes.slice(start) }
}
