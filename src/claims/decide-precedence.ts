/**
 * What is in force where the same name is given at several levels: pass the
 * environment's, then the repository's, then the organisation's (contract 5.3);
 * the first to name it wins. In the order of the names.
 */
export function decidePrecedence<T extends { readonly name: string }>(
  ...levels: readonly (readonly T[])[]
): T[] {
  const inForce = new Map<string, T>()
  for (const one of levels.flat()) {
    if (!inForce.has(one.name)) inForce.set(one.name, one)
  }
  return [...inForce.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}
