/** Values that were asked for lately, the least recently used given up first. */
export type Recent<V> = {
  get(key: string): V | undefined
  set(key: string, value: V): void
  /** What is known by this key, or what `find` finds; who asks meanwhile waits for the same. */
  recall(key: string, find: () => Promise<V>): Promise<V>
}

type Size<V> = {
  readonly bytesMax: number
  readonly bytesOf: (value: V) => number
}

/** One value may take this part of the whole. */
const shareMax = 1 / 16
/** A key, and what a map needs for an entry. */
const entryBytes = 300

export function openRecent<V extends object>({ bytesMax, bytesOf }: Size<V>): Recent<V> {
  // The order of insertion is the order of last use.
  const kept = new Map<string, { readonly value: V; readonly bytes: number }>()
  const finding = new Map<string, Promise<V>>()
  let total = 0

  function get(key: string): V | undefined {
    const entry = kept.get(key)
    if (!entry) return undefined
    kept.delete(key)
    kept.set(key, entry)
    return entry.value
  }

  function set(key: string, value: V): void {
    remove(key)
    const bytes = entryBytes + key.length + bytesOf(value)
    if (bytes > bytesMax * shareMax) return
    kept.set(key, { value, bytes })
    total += bytes
    for (const oldest of kept.keys()) {
      if (total <= bytesMax) break
      remove(oldest)
    }
  }

  function remove(key: string): void {
    total -= kept.get(key)?.bytes ?? 0
    kept.delete(key)
  }

  async function recall(key: string, find: () => Promise<V>): Promise<V> {
    const known = get(key) ?? finding.get(key)
    if (known) return known
    const found = find().finally(() => finding.delete(key))
    finding.set(key, found)
    const value = await found
    set(key, value)
    return value
  }

  return { get, set, recall }
}
