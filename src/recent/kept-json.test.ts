import { expect, it } from 'vitest'
import { jsonOf, keepJson } from './kept-json.ts'

const repository = {
  name: 'a "b"\u2028\ud800',
  topics: [undefined, 1e21],
  at: new Date(0),
  nil: null,
}

it('writes what JSON.stringify writes, also of what it has written before', () => {
  const kept = keepJson(repository)
  for (const action of ['created', 'deleted', undefined]) {
    const body = { action, repository: kept, 'a "name"': kept, other: { ...kept }, 7: [kept] }
    expect(jsonOf(body)).toBe(JSON.stringify(body))
  }
})

it('leaves out what JSON has no word for', () => {
  expect(jsonOf({})).toBe('{}')
  expect(jsonOf({ a: undefined, b: null })).toBe('{"b":null}')
})

it('writes once what is kept', () => {
  const written = () => jsonOf({ counted, again: counted })
  let times = 0
  const counted = keepJson({ toJSON: () => ++times })
  expect([written(), written()]).toEqual(['{"counted":1,"again":1}', '{"counted":1,"again":1}'])
})
