/** GitHub's limit, unless an organisation sets another ("Setting a personal access token policy for your organization"). */
const lifetimeDaysMax = 366
const dayMs = 86_400_000

export type FineGrainedFacts = {
  readonly user: { readonly login: string; readonly isPerson: boolean }
  /** Whose things the token is for. */
  readonly owner: {
    readonly login: string
    readonly isUser: boolean
    /** The user is in this organisation. */
    readonly isJoined: boolean
  }
  /** The permissions asked for. */
  readonly ofOrganizations: readonly string[]
  readonly ofRepositories: readonly string[]
  /** A repository asked for that is not the owner's. */
  readonly stray: string | undefined
  readonly isForSome: boolean
  readonly isForAll: boolean
  /** Null for a token that does not expire. */
  readonly lifetimeMs: number | null
}

/** What is wrong with the token asked for, and what to do about it. */
export function decideFineGrained(facts: FineGrainedFacts): string | undefined {
  const { user, owner, stray } = facts
  if (!user.isPerson) return `${user.login} is no user: only users have personal access tokens`
  if (!owner.isUser && !owner.isJoined) {
    return `${user.login} is not in ${owner.login}: the owner is the user, or an organization of theirs`
  }
  if (stray !== undefined)
    return `${stray} does not belong to ${owner.login}, whose things the token is for`
  return faultInReach(facts) ?? faultInLifetime(facts)
}

function faultInReach({ owner, isForAll, isForSome, ...asked }: FineGrainedFacts) {
  const [ofOrganization] = asked.ofOrganizations
  if (ofOrganization !== undefined && owner.isUser) {
    return `${ofOrganization} is about an organization: make one the owner`
  }
  if (isForAll && isForSome) return 'Choose some repositories or all of them, not both'
  const [ofRepository] = asked.ofRepositories
  if (ofRepository === undefined || isForAll || isForSome) return undefined
  return `${ofRepository} is about repositories: choose some, or all`
}

/** For what is a user's own, they decide. */
function faultInLifetime({ owner, lifetimeMs }: FineGrainedFacts) {
  if (owner.isUser) return undefined
  if (lifetimeMs !== null && lifetimeMs <= lifetimeDaysMax * dayMs) return undefined
  return `A token for ${owner.login} lives for ${lifetimeDaysMax} days at most: let it expire`
}
