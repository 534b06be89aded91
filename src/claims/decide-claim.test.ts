import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ClaimFacts, decideClaim, decideRead } from './decide-claim.ts'

const [before, now, later] = ['2026-01-01', '2026-01-02', '2026-01-03']
const claim = {
  ...{ deployment_id: 5, token_id: 7, public_key: 'key', login: 'hubot', read_at: null },
  ...{ claimed_at: before, expires_at: later },
}
const free: ClaimFacts = {
  ...{ id: 5, environment: 'production', isHeld: false, ended: null, isMoved: false },
  ...{ closed: null, claim: undefined, tokenId: 7, now },
}
const said = (decision: ReturnType<typeof decideClaim>) =>
  decision.kind === 'refuse' ? `${decision.code}: ${decision.message}` : decision.kind

describe('a claim', () => {
  it('is for a deployment that was released and has not ended', () => {
    expect(said(decideClaim(free))).toBe('grant')
    expect(said(decideClaim({ ...free, isHeld: true }))).toMatch('invalid: Deployment 5 waits')
    expect(said(decideClaim({ ...free, ended: 'inactive' }))).toMatch('it was inactive')
  })
  it('is refused where the gates that opened are not those of the secrets', () => {
    expect(said(decideClaim({ ...free, isMoved: true }))).toMatch('the secrets of neither')
    const closed = 'Waits for a review by mona'
    expect(said(decideClaim({ ...free, closed }))).toMatch(/changed since .*: Waits for a review/)
  })
  it('is one token’s at a time, renewed by it, and anybody’s when its time is over', () => {
    expect(said(decideClaim({ ...free, claim }))).toBe('grant')
    const anothers = { ...free, claim, tokenId: 8 }
    expect(said(decideClaim(anothers))).toBe(
      'conflict: Deployment 5 is claimed by hubot until 2026-01-03',
    )
    expect(said(decideClaim({ ...anothers, claim: { ...claim, expires_at: now } }))).toBe('grant')
  })
})

describe('secrets', () => {
  it('are read by whoever holds the claim, while it lasts', () => {
    expect(said(decideRead({ ...free, claim }))).toBe('grant')
    expect(said(decideRead(free))).toMatch('forbidden: Deployment 5 is not claimed by this token')
    const over = { ...free, claim: { ...claim, expires_at: now } }
    expect(said(decideRead(over))).toMatch('forbidden: The claim expired')
    expect(said(decideRead({ ...over, tokenId: 8 }))).toMatch('not claimed by this token')
  })
  it('are given in no state in which there is no claim', () => {
    const anything = fc.record({
      ...{ id: fc.constant(5), environment: fc.constant('production'), now: fc.constant(now) },
      isHeld: fc.boolean(),
      ended: fc.constantFrom(null, 'failure'),
      isMoved: fc.boolean(),
      closed: fc.constantFrom(null, 'Waits'),
      tokenId: fc.constantFrom(7, 8),
      claim: fc.option(
        fc.constantFrom(before, now, later).map((expires_at) => ({ ...claim, expires_at })),
        { nil: undefined },
      ),
    })
    const isOpen = (of: ClaimFacts) =>
      !of.isHeld && of.ended === null && !of.isMoved && of.closed === null
    const isOwn = ({ claim, tokenId }: ClaimFacts) =>
      claim?.token_id === tokenId && claim.expires_at > now
    fc.assert(
      fc.property(
        anything,
        (of) => (decideRead(of).kind === 'grant') === (isOpen(of) && isOwn(of)),
      ),
    )
  })
})
