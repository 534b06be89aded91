import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideRepair } from './decide-repair.ts'
import { parseMark, type Step, storiesIn, textOf } from './model.ts'

const shas = ['0', 'a', 'b', 'c'].map((letter) => letter.repeat(40))
const sha = fc.constantFrom(...shas)
const byHand = 'f'.repeat(40)

/** Each step begins where the one before it ended. */
const story = fc
  .array(sha, { minLength: 2, maxLength: 8 })
  .map((places) => places.slice(1).map((after, n): Step => ({ before: places[n] ?? after, after })))

describe('a ref after a power cut', () => {
  it('is what was recorded last, wherever on the way the disk had come', () => {
    fc.assert(
      fc.property(story, fc.nat(), (steps, cut) => {
        const wanted = steps.at(-1)?.after
        const step = steps[cut % steps.length]
        const survived = [undefined, step?.before, step?.after, wanted]
        for (const found of survived) {
          const repair = decideRepair(steps, found)
          expect(repair?.after ?? found).toBe(wanted)
          // Whoever looks again finds nothing left to do.
          expect(decideRepair(steps, wanted)).toBeUndefined()
        }
      }),
    )
  })

  it('stays where somebody put it by hand', () => {
    fc.assert(
      fc.property(story, (steps) => {
        expect(decideRepair(steps, byHand)).toBeUndefined()
      }),
    )
  })

  it('is nobody’s to decide where nothing was recorded', () => {
    expect(decideRepair([], undefined)).toBeUndefined()
  })
})

describe('the audit log', () => {
  it('tells the story of each ref', () => {
    const [none, a, b] = shas
    const main = 'refs/heads/main'
    const line = (repository_id: number | null, before: object, after: object) => ({
      repository_id,
      before: JSON.stringify(before),
      after: JSON.stringify(after),
    })
    const lines = [
      line(1, { [main]: none }, { [main]: a }),
      line(2, { [main]: none }, { [main]: b }),
      line(1, { [main]: a }, { [main]: b }),
      line(null, { [main]: a }, { [main]: b }),
    ]
    expect(storiesIn(lines)).toEqual([
      {
        repositoryId: 1,
        ref: main,
        steps: [
          { before: none, after: a },
          { before: a, after: b },
        ],
      },
      { repositoryId: 2, ref: main, steps: [{ before: none, after: b }] },
    ])
  })
})

it('a mark is read as it was written', () => {
  const mark = { boot: 'b0a1', entry: 7 }
  expect(parseMark(textOf(mark))).toEqual(mark)
  expect(parseMark('')).toBeUndefined()
})
