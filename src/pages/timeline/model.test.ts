import { describe, expect, it } from 'vitest'
import { cursorIn, doings, filtersIn, isVisitable, shownState, titleOf } from './model.ts'

const lasting = { transient_environment: 0, isSuperseded: false } as const
const transient = { transient_environment: 1, isSuperseded: false } as const

describe('the state that is shown', () => {
  it('is pending where nothing was said yet', () => {
    expect(shownState({ state: null, ...lasting })).toBe('pending')
  })

  it('is destroyed for an inactive deployment of a transient environment', () => {
    expect(shownState({ state: 'inactive', ...transient })).toBe('destroyed')
    expect(shownState({ state: 'inactive', ...lasting })).toBe('inactive')
  })

  it('is superseded where something newer is live in its place, but for previews', () => {
    expect(shownState({ state: 'success', ...lasting, isSuperseded: true })).toBe('superseded')
    expect(shownState({ state: 'success', ...transient, isSuperseded: true })).toBe('success')
  })
})

it('may be visited while it is active and says where', () => {
  const environment_url = 'https://shop.example.com'
  expect(isVisitable({ state: 'success', environment_url })).toBe(true)
  expect(isVisitable({ state: 'inactive', environment_url })).toBe(false)
  expect(isVisitable({ state: 'success', environment_url: '' })).toBe(false)
})

it('offers to go back to what went out, and to mark what is not inactive', () => {
  const offered = (state: 'success' | 'inactive' | 'failure') =>
    doings({ state }).map(([path]) => path)
  expect(offered('success')).toEqual(['redeploy', 'rollback', 'inactive', 'delete'])
  expect(offered('inactive')).toEqual(['redeploy', 'rollback', 'delete'])
  expect(offered('failure')).toEqual(['redeploy', 'inactive', 'delete'])
})

it('takes of an address what it understands', () => {
  expect(filtersIn({ state: 'toString', ref: ' main ' })).toEqual({
    ...{ environment: '', state: '', creator: '', ref: 'main', task: '' },
  })
  expect(cursorIn({ before: '12', after: '1e3' })).toEqual({ before: 12, after: undefined })
})

it('cuts a long subject where a character ends', () => {
  expect(titleOf('Fix it\n\nBecause')).toBe('Fix it')
  expect(titleOf('🚢'.repeat(130))).toBe(`${'🚢'.repeat(119)}…`)
})
