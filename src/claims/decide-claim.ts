import type { Claim } from './model.ts'

/** A deployment, and a token that would run it. */
export type ClaimFacts = {
  readonly id: number
  /** As the deployment was asked for. */
  readonly environment: string
  readonly isHeld: boolean
  /** How it ended, if it ever did: a status may follow, and makes nothing undone. */
  readonly ended: string | null
  /** A status said that it went somewhere else, whose gates were never asked. */
  readonly isMoved: boolean
  /** What a gate says that does not let it pass now. */
  readonly closed: string | null
  /** The newest, also when its time is over. */
  readonly claim: Claim | undefined
  readonly tokenId: number
  /** ISO-8601, as the claim's times. */
  readonly now: string
}

export type ClaimDecision =
  | { readonly kind: 'grant' }
  | {
      readonly kind: 'refuse'
      readonly code: 'invalid' | 'conflict' | 'forbidden'
      readonly message: string
    }

const granted = { kind: 'grant' } as const

const refuse = (code: 'invalid' | 'conflict' | 'forbidden', message: string): ClaimDecision => ({
  ...{ kind: 'refuse', code, message },
})

/** Whether the token may run the deployment from now on, or goes on doing so. */
export function decideClaim(facts: ClaimFacts): ClaimDecision {
  const { id, claim, tokenId, now } = facts
  const refusal = refusalOf(facts)
  if (refusal) return refusal
  const isAnothers = claim !== undefined && claim.token_id !== tokenId && claim.expires_at > now
  if (!isAnothers) return granted
  return refuse(
    'conflict',
    `Deployment ${id} is claimed by ${claim.login} until ${claim.expires_at}`,
  )
}

/** Whether the token may read the secrets: it holds the claim, and the deployment may still go. */
export function decideRead(facts: ClaimFacts): ClaimDecision {
  const { id, claim, tokenId, now } = facts
  const decision = decideClaim(facts)
  if (decision.kind === 'refuse') return decision
  if (claim === undefined || claim.token_id !== tokenId) {
    return refuse('forbidden', `Deployment ${id} is not claimed by this token: claim it first`)
  }
  if (claim.expires_at > now) return granted
  return refuse(
    'forbidden',
    `The claim expired at ${claim.expires_at}: claim deployment ${id} again`,
  )
}

function refusalOf(facts: ClaimFacts): ClaimDecision | undefined {
  const { id, environment, isHeld, ended, isMoved, closed } = facts
  if (isHeld) return refuse('invalid', `Deployment ${id} waits for the gates of ${environment}`)
  if (ended) return refuse('invalid', `Deployment ${id} has ended: it was ${ended}`)
  if (isMoved) {
    const reason = `Deployment ${id} was asked for ${environment} and a status moved it elsewhere`
    return refuse('invalid', `${reason}: it has the secrets of neither`)
  }
  if (closed === null) return undefined
  return refuse(
    'invalid',
    `The gates of ${environment} changed since deployment ${id} passed: ${closed}`,
  )
}
