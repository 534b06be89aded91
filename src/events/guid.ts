import { randomUUID } from 'node:crypto'

/**
 * A UUID that begins with the time (RFC 9562, version 7): new ones come last in the index that keeps them
 * apart, where random ones each have another of its pages written.
 */
export function guidAt(now: Date): string {
  const time = now.getTime().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}
