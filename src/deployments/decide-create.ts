/** Exact and case-sensitive, as GitHub documents it (contract 1.4). */
export const isProduction = (environment: string, asked: boolean | undefined): boolean =>
  asked ?? environment === 'production'

/**
 * Whether a deployment may be deleted (contract 1.9, D3): an active one, whose
 * newest status is `success`, only where its environment has no other.
 */
export const mayDelete = (facts: {
  readonly isActive: boolean
  readonly isOnlyOneInEnvironment: boolean
}): boolean => !facts.isActive || facts.isOnlyOneInEnvironment
