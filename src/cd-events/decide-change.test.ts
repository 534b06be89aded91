import { expect, it } from 'vitest'
import { decideChange, type Facts } from './decide-change.ts'

const change = (changes: Partial<Facts>) =>
  decideChange({
    ...{ state: 'success', task: 'deploy', hadSucceeded: false, isReplaced: false },
    previous: { hasCommit: false },
    ...changes,
  })

it.each<[string, Partial<Facts>, string | undefined]>([
  ['the first success', { previous: undefined }, 'deployed'],
  ['a first success of a rollback', { previous: undefined, task: 'rollback' }, 'deployed'],
  ['a later one of another commit', {}, 'upgraded'],
  ['one of what was there already', { previous: { hasCommit: true } }, 'rolledback'],
  ['one that is called a rollback', { task: 'rollback' }, 'rolledback'],
  ['a second success of the same deployment', { hadSucceeded: true }, undefined],
  ['inactive with nothing in its place', { state: 'inactive', hadSucceeded: true }, 'removed'],
  [
    'inactive after a later success',
    { state: 'inactive', hadSucceeded: true, isReplaced: true },
    undefined,
  ],
  ['inactive of what never was there', { state: 'inactive' }, undefined],
  ['in_progress', { state: 'in_progress' }, undefined],
  ['failure', { state: 'failure' }, undefined],
])('%s', (_title, facts, expected) => expect(change(facts)).toBe(expected))
