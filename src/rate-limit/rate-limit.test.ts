import { expect, it } from 'vitest'
import { callerAt } from './caller.ts'
import type { Asked } from './model.ts'
import { openRateLimiter, secondaryLimits } from './rate-limit.ts'

const limits = { ...secondaryLimits, userPerHour: 2, anonymousPerHour: 1 }
const now = () => new Date(0)
const asking = (id: number): Asked => ({
  caller: { kind: 'user', id },
  resource: 'core',
  isChange: false,
})

it('counts callers apart', () => {
  const limiter = openRateLimiter(limits, { now })
  for (const id of [1, 1, 2]) expect(limiter.enter(asking(id)).kind).toBe('admit')
  expect(limiter.enter(asking(1)).kind).toBe('exceeded')
  expect(limiter.quota({ kind: 'user', id: 2 }, 'core').remaining).toBe(1)
})

it('forgets whoever was quiet for longest when there are too many', () => {
  const limiter = openRateLimiter(limits, { now, callersMax: 2 })
  for (const id of [1, 2, 1, 3]) limiter.enter(asking(id))
  const used = [1, 2, 3].map((id) => limiter.quota({ kind: 'user', id }, 'core').used)
  expect(used).toEqual([2, 0, 1])
})

it('counts what one host may call itself together', () => {
  const addresses = ['::ffff:192.0.2.1', '192.0.2.1', '2001:db8:0:1::5', '2001:db8::1:9:8:7:6']
  expect(addresses.map((address) => callerAt(address).kind)).not.toContain('user')
  expect(addresses.map(callerAt)).toEqual([
    { kind: 'address', address: '192.0.2.1' },
    { kind: 'address', address: '192.0.2.1' },
    { kind: 'address', address: '2001:db8:0:1::/64' },
    { kind: 'address', address: '2001:db8:0:1::/64' },
  ])
})
