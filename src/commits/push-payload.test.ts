import { expect, it } from 'vitest'
import { zonedTime } from './push-payload.ts'

it("tells a time by the committer's own clock", () => {
  const at = (zone: string) => zonedTime({ date: '2026-01-31T23:30:00Z', zone })
  expect(at('+0000')).toBe('2026-01-31T23:30:00Z')
  expect(at('+0530')).toBe('2026-02-01T05:00:00+05:30')
  expect(at('-0800')).toBe('2026-01-31T15:30:00-08:00')
  for (const broken of ['+9900', '-0099', 'CET', '']) expect(at(broken)).toBe(at('+0000'))
})
