import type { Step } from './model.ts'

/**
 * What a ref is to be after a power cut, or undefined where it stays. It is to be what was recorded
 * last, if the disk has lost it or is at an earlier one of the recorded steps. What nobody
 * recorded was done by hand, and stays.
 */
export function decideRepair(
  steps: readonly Step[],
  found: string | undefined,
): { readonly after: string } | undefined {
  const wanted = steps.at(-1)?.after
  if (wanted === undefined || found === wanted) return undefined
  const isEarlier = steps.some(({ before, after }) => found === before || found === after)
  return found === undefined || isEarlier ? { after: wanted } : undefined
}
