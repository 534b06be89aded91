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

it('gives a body without a version the tag of its content', async () => {
  const tagOf = async (name: string) =>
    (await render(okKept({ path: '/a' }, { from: [{}], build: () => ({ name }) }), get)).headers[
      'etag'
    ]
  expect(await tagOf('a')).toBe(await tagOf('a'))
  expect(await tagOf('a')).not.toBe(await tagOf('b'))
})
