import { expect, it } from 'vitest'
import { slugOf } from './model.ts'

it('makes of a name what a path can hold', () => {
  expect(slugOf('Core Ops!')).toBe('core-ops')
  expect(slugOf('Équipe_1 / été')).toBe('equipe_1-ete')
  expect(slugOf('…')).toBe('')
})
