import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { matchesRefPattern } from '../../src/environments/ref-pattern.ts'

type Case = readonly [pattern: string, name: string, matches: boolean]

const fixture = join(import.meta.dirname, '../fixtures/fnmatch-cases.jsonl')
const cases = readFileSync(fixture, 'utf8')
  .trim()
  .split('\n')
  .map((line): Case => JSON.parse(line))

it('patterns for refs match what Ruby 3.1 says that File.fnmatch matches', () => {
  expect(cases).toHaveLength(16_862)
  const wrong = cases.filter(
    ([pattern, name, matches]) => matchesRefPattern(pattern, name) !== matches,
  )
  expect(wrong).toEqual([])
})
