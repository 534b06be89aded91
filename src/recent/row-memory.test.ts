import { describe, expect, it } from 'vitest'
import { anyTable } from '../store/engine.ts'
import { query } from '../store/query.ts'
import { openRowMemory } from './row-memory.ts'

const tokens = query((db, _: object) => db.selectFrom('tokens').select('id'))
const accounts = query((db, _: object) => db.selectFrom('accounts').select('id'))
const tables = new Map<object, ReadonlySet<string>>([
  [tokens, new Set(['tokens', 'accounts'])],
  [accounts, new Set(['accounts'])],
])

function open() {
  const memory = openRowMemory((asked) => tables.get(asked) ?? new Set())
  const tell = (of: typeof tokens, key: string, row: object = { id: 1 }) =>
    memory.whenAnswered(of, key)([row as { id: number }])
  return { ...memory, tell }
}

describe('rows', () => {
  it('are known by their query and what it was asked with', () => {
    const { tell, recall } = open()
    tell(tokens, 'a')
    expect(recall(tokens, 'a')).toEqual([{ id: 1 }])
    expect([recall(tokens, 'b'), recall(accounts, 'a')]).toEqual([undefined, undefined])
  })

  it('are forgotten with any of the tables that they come from, and with no other', () => {
    const { tell, recall, forget } = open()
    tell(tokens, 'a')
    tell(accounts, 'a')
    forget(new Set(['hooks', 'tokens']))
    expect([recall(tokens, 'a'), recall(accounts, 'a')]).toEqual([undefined, [{ id: 1 }]])
    tell(tokens, 'a')
    forget(new Set(['accounts']))
    expect([recall(tokens, 'a'), recall(accounts, 'a')]).toEqual([undefined, undefined])
  })

  it('come as the same objects again where they are read anew and are what they were', () => {
    const { whenAnswered, recall, forget } = open()
    const [kept, changed] = [{ id: 1 }, { id: 2 }]
    whenAnswered(tokens, 'a')([kept, changed])
    forget(new Set(['tokens']))
    const again = whenAnswered(tokens, 'a')([{ id: 1 }, { id: 3 }, { id: 4 }])
    expect(again).toEqual([{ id: 1 }, { id: 3 }, { id: 4 }])
    expect(again[0]).toBe(kept)
    expect(recall(tokens, 'a')).toBe(again)
  })

  it('are all forgotten where nobody can tell what was written', () => {
    const { tell, recall, forget } = open()
    tell(accounts, 'a')
    forget(new Set([anyTable]))
    expect(recall(accounts, 'a')).toBeUndefined()
  })

  it('are not taken in where a commit came between the question and its answer', () => {
    const { whenAnswered, recall, forget } = open()
    const take = whenAnswered(tokens, 'a')
    forget(new Set(['tokens']))
    take([{ id: 1 }])
    expect(recall(tokens, 'a')).toBeUndefined()
  })

  it('are never taken in where nobody can tell where they come from', () => {
    const { tell, recall } = open()
    const unknown = query((db, _: object) => db.selectFrom('hooks').select('id'))
    tell(unknown, 'a')
    expect(recall(unknown, 'a')).toBeUndefined()
  })

  it('make room for what is new, and are not taken in where they are too much', () => {
    const { tell, recall } = open()
    const page = { id: 1, text: 'x'.repeat(400_000) }
    for (let n = 0; n < 30; n += 1) tell(tokens, `page ${n}`, page)
    expect([recall(tokens, 'page 0'), recall(tokens, 'page 29')]).toEqual([undefined, [page]])
    tell(tokens, 'book', { id: 1, text: 'x'.repeat(600_000) })
    expect(recall(tokens, 'book')).toBeUndefined()
  })
})
