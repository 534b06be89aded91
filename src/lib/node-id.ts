/** Prefixes of the ids we hand out (contract 8.11). */
export type NodeIdPrefix =
  | 'DE'
  | 'DES'
  | 'EN'
  | 'U'
  | 'O'
  | 'BOT'
  | 'CR'
  | 'CS'
  | 'A'
  | 'R'
  | 'B'
  | 'C'
  | 'SC'
  | 'REF'
  | 'GA'
  | 'GBP'
  | 'T'

const uint32Max = 0xffff_ffff

/** A number, or what a repository knows things by: a sha, the name of a ref. */
type Id = number | string

/**
 * GitHub's opaque global id, in the current scheme: the prefix, then base64url
 * of msgpack `[0, owner or repository id, …, id]`. Reversible by `parseNodeId`.
 */
export function nodeId(prefix: NodeIdPrefix, ...ids: readonly Id[]): string {
  const bytes = [0x90 + ids.length + 1, 0]
  for (const id of ids) bytes.push(...packed(id))
  return `${prefix}_${Buffer.from(bytes).toString('base64url')}`
}

/** The ids within a node id of ours, or undefined. */
export function parseNodeId(text: string): { prefix: string; ids: Id[] } | undefined {
  const [, prefix, encoded] = /^([A-Z]+)_([\w-]+)$/.exec(text) ?? []
  if (!prefix || !encoded) return undefined
  const bytes = Buffer.from(encoded, 'base64url')
  const ids: Id[] = []
  for (let at = 2; at < bytes.length; ) {
    const read = unsignedAt(bytes, at) ?? textAt(bytes, at)
    if (!read) return undefined
    ids.push(read.id)
    at = read.end
  }
  return bytes[0] === 0x90 + ids.length + 1 ? { prefix, ids } : undefined
}

function unsignedAt(bytes: Buffer, at: number): { id: number; end: number } | undefined {
  const size = { [0xce]: 4, [0xcf]: 8 }[bytes[at] ?? 0]
  const end = at + 1 + (size ?? 0)
  if (!size || end > bytes.length) return undefined
  const id = size === 8 ? Number(bytes.readBigUInt64BE(at + 1)) : bytes.readUInt32BE(at + 1)
  return Number.isSafeInteger(id) ? { id, end } : undefined
}

/** msgpack's fixstr, or its str 16, which GitHub takes for shas though a shorter form would do. */
function textAt(bytes: Buffer, at: number): { id: string; end: number } | undefined {
  const first = bytes[at] ?? 0
  const isShort = first >> 5 === 0b101
  if (!isShort && (first !== 0xda || at + 3 > bytes.length)) return undefined
  const start = at + (isShort ? 1 : 3)
  const end = start + (isShort ? first & 0x1f : bytes.readUInt16BE(at + 1))
  return end > bytes.length ? undefined : { id: bytes.toString('utf8', start, end), end }
}

const packed = (id: Id): number[] => (typeof id === 'number' ? unsigned(id) : text(id))

function text(id: string): number[] {
  const bytes = Buffer.from(id)
  const { length } = bytes
  const head = length < 32 ? [0xa0 + length] : [0xda, length >> 8, length & 0xff]
  return [...head, ...bytes]
}

function unsigned(id: number): number[] {
  if (id <= uint32Max) return [0xce, ...fourBytes(id)]
  return [0xcf, ...fourBytes(Math.floor(id / 2 ** 32)), ...fourBytes(id)]
}

/** Of its last 32 bits, the highest first. */
const fourBytes = (id: number) => [id >>> 24, (id >>> 16) & 0xff, (id >>> 8) & 0xff, id & 0xff]
