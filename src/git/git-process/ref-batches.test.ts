import { describe, expect, it } from 'vitest'
import { openRefBatches } from './ref-batches.ts'
import type { RefUpdate } from './update-ref.ts'

const update = (ref: string): RefUpdate => ({ ref, after: 'a', before: '0', isFlushed: false })

/** A git that refuses what is refused, and notes what it was asked together. */
function open(refused: readonly string[] = []) {
  const asked: string[][] = []
  const batches = openRefBatches(async (_dir, updates) => {
    const refs = updates.map(({ ref }) => ref)
    asked.push(refs)
    if (refs.includes('broken')) throw new Error('git was killed')
    return !refs.some((ref) => refused.includes(ref))
  })
  return { asked, add: (ref: string) => batches.add('1.git', update(ref)) }
}

describe('refs that need not wait for the disk', () => {
  it('go to git together when they come together', async () => {
    const { asked, add } = open()
    expect(await Promise.all(['a', 'b', 'c'].map(add))).toEqual([true, true, true])
    expect(await add('d')).toBe(true)
    expect(asked).toEqual([['a', 'b', 'c'], ['d']])
  })

  it('are asked one by one where one of them is refused', async () => {
    const { asked, add } = open(['b'])
    expect(await Promise.all(['a', 'b', 'c'].map(add))).toEqual([true, false, true])
    expect(asked).toEqual([['a', 'b', 'c'], ['a'], ['b'], ['c']])
    expect(await add('b')).toBe(false)
    expect(asked.slice(4)).toEqual([['b']])
  })

  it('fail alone with the git that was killed', async () => {
    const { add } = open()
    const both = await Promise.allSettled(['a', 'broken'].map(add))
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await add('a')).toBe(true)
  })
})
