import { expect, it } from 'vitest'
import { missingOperations, operations } from './operations.ts'

/** What has no route yet. It only shrinks: whoever adds the route takes the row out. */
const notYet: Readonly<Record<string, readonly string[]>> = {
  'what holds a deployment back': [
    'actions/get-pending-deployments-for-run',
    'actions/get-reviews-for-run',
    'actions/review-custom-gates-for-run',
    'actions/review-pending-deployments-for-run',
    'repos/disable-deployment-protection-rule',
    'repos/get-custom-deployment-protection-rule',
  ],
}

it('knows all the operations of the contract', () => {
  expect(Object.groupBy(operations, ({ tier }) => tier)).toMatchObject({
    core: { length: 72 },
    auth: { length: 29 },
    adjacent: { length: 11 },
    surface: { length: 40 },
  })
})

it('has a route for every operation but those that are named', () => {
  expect(
    missingOperations()
      .map(({ id }) => id)
      .sort(),
  ).toEqual(Object.values(notYet).flat().sort())
})
