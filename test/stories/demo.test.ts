import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, it } from 'vitest'
import { run } from '../support/program.ts'

const acts = ['Act 1 ', 'Act 2 ', 'Act 3 ', 'Act 5 ', 'Act 9 ', 'Act 11 ']

it('carries a deployment through the whole picture, and leaves nothing behind', async () => {
  const before = new Set(leftovers())
  const demo = await run(['demo', '--ci'], { withinMs: 170_000 })
  expect(demo.stderr).toBe('')
  expect(demo.code).toBe(0)
  for (const act of acts) expect(demo.stdout).toContain(act)
  expect(demo.stdout).toMatch(/All 6 acts held/)
  expect(leftovers().filter((folder) => !before.has(folder))).toEqual([])
}, 180_000)

const leftovers = () => readdirSync(tmpdir()).filter((name) => name.startsWith('slipway-demo-'))
