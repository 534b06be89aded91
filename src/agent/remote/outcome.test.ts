import { expect, it } from 'vitest'
import { ended, shorten, succeeded } from './outcome.ts'

it('cuts a description at 140 whole characters, on one line', () => {
  expect(shorten('a\nb\u001b[0m')).toBe('a b [0m')
  const long = shorten('\u{1f6a2}'.repeat(200))
  expect([...long]).toHaveLength(140)
  expect(long.isWellFormed()).toBe(true)
})

it('says release, hosts and time of a success', () => {
  const about = { release: '42-4b9ea94', hosts: ['web1'], skipped: [], seconds: 38 }
  expect(succeeded(about).description).toBe('v42 4b9ea94 on 1 host in 38 s')
  const skipped = [{ host: 'web3', reason: 'down' }]
  expect(succeeded({ ...about, skipped }).description).toBe(
    'v42 4b9ea94 on 1/2 hosts in 38 s; web3 skipped',
  )
})

it('never cuts off what is on the hosts now', () => {
  const trouble = { kind: 'failed', host: 'web2', reason: 'x'.repeat(300) } as const
  const stranded = [{ host: 'web2', reason: 'now 42-4b9ea94: no route' }]
  const { description } = ended(trouble, { rolledBack: ['web1'], stranded })
  expect(description).toMatch(/^web2: x+…; ROLLBACK FAILED on web2 \(now 42-4b9ea94: no route\)$/)
  expect([...description].length).toBeLessThanOrEqual(140)
})

it('tells a rollback that was not wanted from one that failed', () => {
  const trouble = { kind: 'failed', host: 'web1', reason: 'no' } as const
  const stranded = [{ host: 'web1', reason: 'left' }]
  expect(ended(trouble, { rolledBack: [], stranded }, 'never').description).toBe(
    'web1: no; left on web1',
  )
})
