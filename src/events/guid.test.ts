import { expect, it } from 'vitest'
import { guidAt } from './guid.ts'

it('is a UUID of version 7 that sorts by the time it was made at', () => {
  const at = (text: string) => guidAt(new Date(text))
  const made = ['1970-01-01', '2026-01-31T09:05:00.000Z', '2026-01-31T09:05:00.001Z'].map(at)
  expect(made).toEqual([...made].sort())
  for (const guid of made) {
    expect(guid).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  }
  expect(at('2026-01-31')).not.toBe(at('2026-01-31'))
})
