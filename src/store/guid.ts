import { randomUUID } from 'node:crypto'

/**
 * A UUID that begins with the time (version 7, RFC 9562, 5.7): an index of these grows at its end,
 * where one of random ids writes a page somewhere in its midst for each.
 */
export function newGuid(now: Date): string {
  const ms = now.getTime().toString(16).padStart(12, '0')
  const version = 7
  return `${ms.slice(0, 8)}-${ms.slice(8)}-${version}${randomUUID().slice(15)}`
}
