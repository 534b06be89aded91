import { expect, it } from 'vitest'
import { decideStart } from './decide-crashes.ts'

const crash = (...deliveries: number[]) => ({ at: '', error: 'boom', deliveries })

it('begins as always where nothing crashed', () => {
  expect(decideStart([])).toEqual({ isCareful: false, guilty: [] })
})

it('begins carefully after a crash, and blames nobody yet', () => {
  expect(decideStart([crash(1, 2)])).toEqual({ isCareful: true, guilty: [] })
  expect(decideStart([crash(1, 2), crash(2)])).toEqual({ isCareful: true, guilty: [] })
})

it('blames what was in flight at each of the last three', () => {
  expect(decideStart([crash(1, 2), crash(2), crash(2)]).guilty).toEqual([2])
  expect(decideStart([crash(2), crash(2), crash(3), crash(2)]).guilty).toEqual([])
  expect(decideStart([crash(2), crash(), crash(2)]).guilty).toEqual([])
})
