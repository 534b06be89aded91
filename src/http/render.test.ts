import { expect, it } from 'vitest'
import { createdEmpty, ok, okVersioned } from './answer.ts'
import { render } from './render.ts'

const get = (headers: Record<string, string> = {}) => ({ method: 'GET', headers })

it('does not build a body for whoever has it', async () => {
  let built = 0
  const answer = (version: number) => okVersioned([version], () => ({ built: ++built }))
  const first = await render(answer(1), get())
  expect([first.status, first.content, built]).toEqual([200, '{"built":1}', 1])
  const known = get({ 'if-none-match': first.headers['etag'] ?? '' })
  const again = await render(answer(1), known)
  expect([again.status, again.content, again.headers['etag'], built]).toEqual([
    304,
    undefined,
    first.headers['etag'],
    1,
  ])
  expect((await render(answer(2), known)).status).toBe(200)
})

it('tells whoever may see something else something else', async () => {
  const answer = okVersioned([1], () => ({}))
  const tags = await Promise.all(
    [{}, { authorization: 'Bearer a' }, { accept: 'application/json' }].map(
      async (headers) => (await render(answer, get(headers))).headers['etag'],
    ),
  )
  expect(new Set(tags).size).toBe(3)
})

it('answers a write in full, whatever the client knows', async () => {
  const { headers } = await render(ok({}), get())
  const known = { 'if-none-match': headers['etag'] ?? '' }
  expect((await render(ok({}), { method: 'PATCH', headers: known })).status).toBe(200)
  const made = await render(createdEmpty, { method: 'POST', headers: {} })
  expect(made.headers['etag']).toMatch(/^"[\da-f]{64}"$/)
})
