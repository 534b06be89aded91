/** Chance that is the same every time (mulberry32), so that two screenshots differ only where the pages do. */
export type Chance = {
  /** From 0, below 1. */
  readonly next: () => number
  readonly below: (count: number) => number
  readonly of: <Thing>(things: readonly Thing[]) => Thing
}

export function openChance(seed: number): Chance {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (count: number) => Math.floor(next() * count)
  function of<Thing>(things: readonly Thing[]): Thing {
    const chosen = things[below(things.length)]
    if (chosen === undefined) throw new Error('There is nothing to choose from')
    return chosen
  }
  return { next, below, of }
}
