import type { components } from '@octokit/openapi-types'
import type { BranchProtection, RequiredCheck } from './model.ts'

type Schemas = components['schemas']

/** What can be asked for, and so what is kept; `url` is the protection's own address. */
export function protectionPayload(protection: BranchProtection, url: string) {
  const { enforce_admins, required_status_checks: required } = protection
  return {
    url,
    ...(required && { required_status_checks: checksPayload(required, url) }),
    enforce_admins: { url: `${url}/enforce_admins`, enabled: enforce_admins },
  } satisfies Schemas['branch-protection'] & Schemas['protected-branch']
}

type Required = NonNullable<BranchProtection['required_status_checks']>

function checksPayload({ strict, checks }: Required, protectionUrl: string) {
  const url = `${protectionUrl}/required_status_checks`
  return { url, strict, ...listed(checks), contexts_url: `${url}/contexts` }
}

const listed = (checks: readonly RequiredCheck[]) => ({
  contexts: checks.map(({ context }) => context),
  checks: checks.map(({ context, app_id }) => ({ context, app_id })),
})

/** How a branch that is asked for shows its protection. */
export function protectionInBranch(protection: BranchProtection | undefined) {
  const required = protection?.required_status_checks
  const level = protection?.enforce_admins ? 'everyone' : 'non_admins'
  return {
    enabled: protection !== undefined,
    required_status_checks: {
      enforcement_level: required ? level : 'off',
      ...listed(required?.checks ?? []),
    },
  } satisfies Schemas['branch-protection']
}
