import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideReview, type ReviewFacts } from './decide-review.ts'

const reviewer: ReviewFacts = {
  ...{ state: 'approved', comment: '', environment: 'production', login: 'mona' },
  ...{ isReviewer: true, isAdmin: false, isCreator: false, preventsSelfReview: false },
  ...{ canAdminsBypass: true, hasApproved: false, isRefMoved: false },
}
const admin: ReviewFacts = { ...reviewer, isReviewer: false, isAdmin: true, comment: 'It burns' }
const messageOf = (facts: ReviewFacts) => {
  const decision = decideReview(facts)
  return decision.kind === 'refuse' ? decision.message : decision.kind
}

describe('a review', () => {
  it('is given by those who were named', () => {
    expect(messageOf(reviewer)).toBe('review')
    expect(messageOf({ ...reviewer, isReviewer: false })).toBe(
      'mona is not a reviewer of production',
    )
  })
  it('is not given twice, nor of a ref that was moved since', () => {
    expect(messageOf({ ...reviewer, hasApproved: true })).toMatch('already')
    expect(messageOf({ ...reviewer, isRefMoved: true })).toMatch('no longer leads')
  })
  it('of one’s own is refused only where the environment says so, and a rejection never is', () => {
    const own = { ...reviewer, isCreator: true }
    expect(messageOf(own)).toBe('review')
    expect(messageOf({ ...own, preventsSelfReview: true })).toMatch('nobody reviews their own')
    const rejected = { ...own, preventsSelfReview: true, state: 'rejected' } as const
    expect(messageOf(rejected)).toBe('review')
  })
})

describe('a bypass', () => {
  it('is an administrator’s who says why, where the environment lets them', () => {
    expect(messageOf(admin)).toBe('bypass')
    expect(messageOf({ ...admin, comment: ' ' })).toMatch('takes a comment that says why')
    expect(messageOf({ ...admin, canAdminsBypass: false })).toMatch('not a reviewer')
  })
  it('is no way past the rule against reviewing one’s own', () => {
    expect(messageOf({ ...admin, isCreator: true, preventsSelfReview: true })).toMatch('their own')
  })
  it('rejects nothing', () => {
    expect(messageOf({ ...admin, state: 'rejected' })).toMatch('not a reviewer')
  })
})

it('nobody approves what they may not', () => {
  const anybody = fc.record({
    state: fc.constant('approved' as const),
    comment: fc.constantFrom('', 'It burns'),
    environment: fc.constant('production'),
    login: fc.constant('mona'),
    isReviewer: fc.boolean(),
    isAdmin: fc.boolean(),
    isCreator: fc.boolean(),
    preventsSelfReview: fc.boolean(),
    canAdminsBypass: fc.boolean(),
    hasApproved: fc.boolean(),
    isRefMoved: fc.boolean(),
  })
  const may = (of: ReviewFacts) =>
    (of.isReviewer || (of.isAdmin && of.canAdminsBypass && of.comment !== '')) &&
    !(of.isCreator && of.preventsSelfReview) &&
    !of.isRefMoved
  fc.assert(fc.property(anybody, (of) => decideReview(of).kind === 'refuse' || may(of)))
})
