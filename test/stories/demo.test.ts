import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../support/engines.ts'
import { run } from '../support/program.ts'

const acts = ['Act 1 ', 'Act 2 ', 'Act 3 ', 'Act 4 ', 'Act 5 ', 'Act 6 ']

it('carries a deployment through the whole picture, and leaves nothing behind', async () => {
  const folder = temporaryFolder()
  const demo = await run(['demo', '--ci'], { env: { TMPDIR: folder }, withinMs: 170_000 })
  expect(demo.stderr).toBe('')
  expect(demo.code).toBe(0)
  for (const act of acts) expect(demo.stdout).toContain(act)
  expect(demo.stdout).toMatch(/All 6 acts held/)
  expect(readdirSync(folder)).toEqual([])
}, 180_000)
