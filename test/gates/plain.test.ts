import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type Told, tellPlainStory } from './plain-story.ts'

/** Told by commit 4013c9d, the last before there were gates. Never record it anew: it is the measure. */
const recording = join(import.meta.dirname, '../fixtures/plain-story.jsonl')

/** What differs on purpose by now. */
const since: Readonly<Record<string, (body: readonly unknown[]) => readonly unknown[]>> = {
  // Targets that payloads name are live beside each other: the second no longer makes the first inactive.
  'GET /deployments/5/statuses': ([_inactive, ...others]) => others,
}

it('an environment without rules answers and tells as it did before there were gates, to the byte', async () => {
  const lines = readFileSync(recording, 'utf8').trim().split('\n')
  const recorded = lines.map((line): Told => JSON.parse(line))
  const meant = recorded.map((one) => {
    const changed = since[one.asked]
    return changed ? { ...one, body: changed(one.body as unknown[]) } : one
  })
  // As text: the order of members counts.
  expect(textOf(await tellPlainStory())).toBe(textOf(meant))
}, 60_000)

const textOf = (told: readonly Told[]) => JSON.stringify(told, null, 1)
