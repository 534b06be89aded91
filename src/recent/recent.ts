/** Values that were asked for lately: what nobody has asked for since it was last looked at is given up first. */
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

type Entry<V> = { readonly value: V; readonly bytes: number; isAsked: boolean }

/** One value may take this part of the whole. */
const shareMax = 1 / 16
/** A key, and what a map needs for an entry. */
const entryBytes = 300

export function openRecent<V extends object>({ bytesMax, bytesOf }: Size<V>): Recent<V> {
  // The oldest first. What was asked for is noted, and counts when its turn comes to be given up:
  // to put it behind all others at once would cost ten times what finding it does.
  const kept = new Map<string, Entry<V>>()
  const finding = new Map<string, Promise<V>>()
  let total = 0

  function get(key: string): V | undefined {
    const entry = kept.get(key)
    if (!entry) return undefined
    entry.isAsked = true
    return entry.value
  }

  function set(key: string, value: V): void {
    remove(key)
    const bytes = entryBytes + key.length + bytesOf(value)
    if (bytes > bytesMax * shareMax) return
    makeRoom(bytes)
    kept.set(key, { value, bytes, isAsked: false })
    total += bytes
  }

  function makeRoom(bytes: number): void {
    for (const [oldest, entry] of kept) {
      if (total + bytes <= bytesMax) return
      if (entry.isAsked) renew(oldest, entry)
      else remove(oldest)
    }
  }

  function renew(key: string, entry: Entry<V>): void {
    entry.isAsked = false
    kept.delete(key)
    kept.set(key, entry)
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
