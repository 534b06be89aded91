/** Every name that a deployment of a repository may get something by, at each level. */
export type Names = {
  /** Environments by the names that they have. */
  readonly environments: ReadonlyMap<string, readonly string[]>
  readonly repository: ReadonlySet<string>
  readonly organization: ReadonlySet<string>
}

export type Level = 'environment' | 'repository' | 'organization'

export type Standing = {
  /** Whose it takes the place of, if anybody's. */
  readonly insteadOf: 'repository' | 'organization' | undefined
  /** Environments that have one of their own. */
  readonly notIn: readonly string[]
  /** The repository has one of its own, so that this is never used. */
  readonly isHidden: boolean
}

/** What a name at a level comes to, where others have it too: the narrower wins (contract 5.3). */
export function standingOf(level: Level, name: string, names: Names): Standing {
  const [ofRepository, ofOrganization] = [names.repository.has(name), names.organization.has(name)]
  const notIn = names.environments.get(name) ?? []
  switch (level) {
    case 'environment': {
      const below = ofOrganization ? 'organization' : undefined
      return { insteadOf: ofRepository ? 'repository' : below, notIn: [], isHidden: false }
    }
    case 'repository':
      return { insteadOf: ofOrganization ? 'organization' : undefined, notIn, isHidden: false }
    case 'organization':
      return { insteadOf: undefined, notIn: ofRepository ? [] : notIn, isHidden: ofRepository }
  }
}
