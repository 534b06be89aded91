/** What tokens are allowed where no repository is spoken of (contract 7.2, 7.3 and 7.5). */
export type Reach = {
  readonly what: string
  /** Each with the status that shows that the caller was let in: 422 where a body was read and found wrong. */
  readonly requests: Readonly<Record<string, number>>
  /** `X-Accepted-GitHub-Permissions`. */
  readonly accepted?: string
  /** Grants, and what becomes of an owner of the organisation, a member, and a stranger. */
  readonly rows: readonly (readonly [grants: string, verdicts: string])[]
}

export const callers = ['owner', 'member', 'stranger'] as const
export const anonymous = 'no token'
export const rest = 'all others'

export const scopes = [
  'no scope',
  'repo',
  'read:org',
  'write:org',
  'admin:org',
  'admin:org_hook',
] as const

const names = [
  'members',
  'organization_administration',
  'organization_secrets',
  'organization_actions_variables',
  'organization_hooks',
]

/** What a fine-grained token for the organisation is given, alone; one has what is about repositories. */
export const permissions = [
  ...names.flatMap((name) => [`${name}=read`, `${name}=write`]),
  'administration=write,contents=write,deployments=write',
] as const

/** To every token. */
export const open: Reach['rows'] = [[rest, 'ok   ok   ok ']]

export const short: Reach['rows'] = [
  [anonymous, '401'],
  [rest, '403  403  404'],
]

export const hidden: Reach['rows'] = [
  [anonymous, '401'],
  [rest, '404  404  404'],
]
