import { expect, it } from 'vitest'
import { Pace } from './pace.ts'

/** How many are sent between two times by somebody who always wants to. */
function sentBetween(pace: Pace, from: number, to: number): number {
  let sent = 0
  for (let now = from; now < to; ) {
    const ready = pace.readyAt(now)
    if (ready <= now) {
      pace.take()
      sent += 1
    } else now = ready
  }
  return sent
}

const paceOf = (rate: number | null) => {
  const pace = new Pace()
  pace.set(rate)
  return pace
}

it('is no hindrance where no rate is asked for', () => {
  const pace = paceOf(null)
  for (let n = 0; n < 1000; n += 1) {
    expect(pace.readyAt(5)).toBe(5)
    pace.take()
  }
})

it('P9: exceeds its rate by one burst at most, however long it goes on', () => {
  expect(sentBetween(paceOf(5), 0, 1)).toBe(5)
  expect(sentBetween(paceOf(5), 0, 10_000)).toBeLessThanOrEqual(5 * 10 + 5)
  expect(sentBetween(paceOf(1), 0, 10_000)).toBeLessThanOrEqual(11)
})

it('P9: exceeds it by one burst more when another node takes the hook over', () => {
  const first = sentBetween(paceOf(4), 0, 5000)
  const second = sentBetween(paceOf(4), 5000, 10_000)
  expect(first + second).toBeLessThanOrEqual(4 * 10 + 2 * 4)
})

it('gives nobody a new burst for saying the same rate again', () => {
  const pace = paceOf(3)
  expect(sentBetween(pace, 0, 1)).toBe(3)
  pace.set(3)
  expect(sentBetween(pace, 1, 2)).toBe(0)
})
