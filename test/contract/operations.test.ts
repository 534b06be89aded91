import { expect, it } from 'vitest'
import { missingOperations, operations } from './operations.ts'

it('knows all the operations of the contract', () => {
  expect(Object.groupBy(operations, ({ tier }) => tier)).toMatchObject({
    core: { length: 72 },
    auth: { length: 29 },
    adjacent: { length: 11 },
    surface: { length: 40 },
  })
})

it('has a route for every one of them', () => {
  expect(missingOperations().map(({ id }) => id)).toEqual([])
})
