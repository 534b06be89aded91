import { expect, it } from 'vitest'
import { okKept } from './answer.ts'
import { render } from './render.ts'

const get = { method: 'GET', headers: {} }

it('builds a body once for as long as all that it is made of is the same', async () => {
  let built = 0
  const answer = (from: readonly unknown[]) =>
    okKept({ path: '/user' }, { from, build: () => ({ of: from, built: ++built }) })
  const row = { id: 1 }
  const first = await render(answer([row, 'admin']), get)
  expect(await render(answer([row, 'admin']), get)).toEqual(first)
  expect(built).toBe(1)
  const others = [[row, 'pull'] as const, [row, 'admin'] as const, [{ id: 1 }, 'admin'] as const]
  for (const from of others) await render(answer(from), get)
  expect(built).toBe(4)
})

it('takes no list for one that only begins like it, at this address or another', async () => {
  const rows = [{ id: 1 }, { id: 2 }]
  const listAt = async (path: string, from: readonly unknown[]) =>
    (await render(okKept({ path }, { from, build: () => from }), get)).content
  expect(await listAt('/list', rows.slice(0, 1))).toBe('[{"id":1}]')
  expect(await listAt('/list', rows)).toBe('[{"id":1},{"id":2}]')
  expect(await listAt('/list', rows.slice(0, 1))).toBe('[{"id":1}]')
  expect(await listAt('/list', [])).toBe('[]')
  expect(await listAt('/other', rows)).toBe('[{"id":1},{"id":2}]')
})

it('gives a body without a version the tag of its content', async () => {
  const tagOf = async (name: string) =>
    (await render(okKept({ path: '/a' }, { from: [{}], build: () => ({ name }) }), get)).headers[
      'etag'
    ]
  expect(await tagOf('a')).toBe(await tagOf('a'))
  expect(await tagOf('a')).not.toBe(await tagOf('b'))
})
