import { expect, it } from 'vitest'
import { parseHostState } from './host-state.ts'

it('reads what a host printed', () => {
  const output = [
    'current releases/42-4b9ea94',
    'fence 42',
    'good 42-4b9ea94',
    'good 9-91ae23f',
    'release 42-4b9ea94 4b9ea94f6a3c1d2e5b7089a1c2d3e4f5a6b7c8d9',
    'release backup-by-hand x',
    'partial .43-91ae23f.partial',
    'running 43',
    'running 43',
    '',
  ].join('\n')
  expect(parseHostState(output)).toEqual({
    current: '42-4b9ea94',
    fence: 42,
    good: ['9-91ae23f', '42-4b9ea94'],
    revisions: { '42-4b9ea94': '4b9ea94f6a3c1d2e5b7089a1c2d3e4f5a6b7c8d9' },
    partials: ['.43-91ae23f.partial'],
    running: [43],
  })
})

it('reads a host that has nothing', () => {
  const nothing = { current: null, fence: 0, good: [], revisions: {}, partials: [], running: [] }
  expect(parseHostState('')).toEqual(nothing)
  expect(parseHostState('current \nfence \n')).toEqual(nothing)
})

it('does not take a folder of somebody else for a release', () => {
  expect(parseHostState('current /srv/other/main\n').current).toBeNull()
})
