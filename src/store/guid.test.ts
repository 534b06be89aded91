import { expect, it } from 'vitest'
import { newGuid } from './guid.ts'

it('is a UUID of its own, and sorts by time', () => {
  const times = ['1970-01-01T00:00:00.001Z', '2026-01-31T12:00:00.123Z', '2026-01-31T12:00:00.124Z']
  const guids = times.map((time) => newGuid(new Date(time)))
  for (const guid of guids) {
    expect(guid).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  }
  expect([...guids].sort()).toEqual(guids)
  const digits = guids[1]?.replaceAll('-', '').slice(0, 12) ?? ''
  expect(Number.parseInt(digits, 16)).toBe(Date.parse('2026-01-31T12:00:00.123Z'))
  expect(newGuid(new Date(0))).not.toBe(newGuid(new Date(0)))
})
