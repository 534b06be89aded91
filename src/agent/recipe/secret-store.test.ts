import { expect, it } from 'vitest'
import { parseDotenv } from './secret-store.ts'

it('reads names and values as a shell would, without any expansion', () => {
  const text = `# a comment
A=plain value # kept
export B = 'single "quoted" $HOME'
C="two\\nlines \\"x\\" $(id)"
D="first
second"
1bad=x
E=
`
  expect(parseDotenv(text)).toEqual([
    ['A', 'plain value # kept'],
    ['B', 'single "quoted" $HOME'],
    ['C', 'two\nlines "x" $(id)'],
    ['D', 'first\nsecond'],
    ['E', ''],
  ])
})

it('is quick on a quote that never ends', () => {
  const started = performance.now()
  parseDotenv(`A="${'\\'.repeat(100_000)}`)
  expect(performance.now() - started).toBeLessThan(1_000)
})
