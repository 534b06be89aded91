/**
 * Turns for owners, and among one owner's things turns for each, so that nobody's many crowd out
 * another's one.
 */
export class RoundRobin<T> {
  readonly #owners = new Map<number, Set<T>>()

  /** To the end of its owner's line, unless it stands there already. */
  add(owner: number, one: T): void {
    const line = this.#owners.get(owner)
    if (line) line.add(one)
    else this.#owners.set(owner, new Set([one]))
  }

  /** What `use` makes of the next one that it can use, which then goes to the end; the others leave. */
  take<R>(use: (one: T) => R | null): R | null {
    for (const [owner, line] of this.#owners) {
      const taken = takeOf(line, use)
      this.#owners.delete(owner)
      if (taken === null) continue
      this.#owners.set(owner, line)
      return taken
    }
    return null
  }
}

function takeOf<T, R>(line: Set<T>, use: (one: T) => R | null): R | null {
  for (const one of line) {
    line.delete(one)
    const taken = use(one)
    if (taken === null) continue
    line.add(one)
    return taken
  }
  return null
}
