import { type Group, otherPermissions } from './scope-model.ts'

/**
 * Rows of the table for fine-grained tokens that have one permission (contract
 * 7.3). They begin with what `X-Accepted-GitHub-Permissions` says, and name every
 * other permission that suffices. A token that is short of it hears so before
 * its user's role is asked about, and only a stranger hears that there is nothing.
 */
type Rows = Group['rows']

const short = '             403  403  403  403 '
const shortOnPrivate = '403  403  403  404'

/** What everybody may see of a public repository. */
export const reading = (permission: string): Rows => [
  [`${permission}=read ${permission}=write`, ' ok   ok   ok   ok  ', 'ok   ok   ok   404'],
  [otherPermissions, '             ok   ok   ok   ok  ', shortOnPrivate],
]

/** What only who may push does, or sees: `level` is what it takes. */
export const pushing = (...permissions: string[]): Rows => [
  [permissions.join(' '), '             ok   ok   403  403 ', 'ok   ok   403  404'],
  [otherPermissions, short, shortOnPrivate],
]

/** What only who may administrate does. */
export const administrating = (...permissions: string[]): Rows => [
  [permissions.join(' '), '             ok   403  403  403 ', 'ok   403  403  404'],
  [otherPermissions, short, shortOnPrivate],
]

/** The same, hidden from all others whose token would do. */
export const hiding = (...permissions: string[]): Rows => [
  [permissions.join(' '), '             ok   404  404  404 ', 'ok   404  404  404'],
  [otherPermissions, short, shortOnPrivate],
]
