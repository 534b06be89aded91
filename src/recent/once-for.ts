/**
 * What follows from an object alone, worked out once for it. A row that was remembered (`recent/`)
 * comes as the same object again, so what was made of it is there too; one that has changed
 * is another object, so nothing is ever out of date. A row may outlive others: `make` may ask for
 * nothing else. Nobody may change either of them.
 */
export function onceFor<From extends object, Made extends object>(
  make: (from: From) => Made,
): (from: From) => Made {
  const made = new WeakMap<From, Made>()
  return (from) => {
    const known = made.get(from)
    if (known) return known
    const now = make(from)
    made.set(from, now)
    return now
  }
}

/** The same for two objects: what lasts longer comes first, such as the addresses that rows are shown with. */
export function onceForBoth<A extends object, B extends object, Made extends object>(
  make: (first: A, second: B) => Made,
): (first: A, second: B) => Made {
  const madeFor = onceFor((first: A) => onceFor((second: B) => make(first, second)))
  return (first, second) => madeFor(first)(second)
}
