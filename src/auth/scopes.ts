/**
 * Classic scopes and what each contains (GitHub: "Scopes for OAuth apps").
 * `repo_deployment` reaches deployments and their statuses and never code.
 */
const contains: Readonly<Record<string, readonly string[]>> = {
  repo: ['repo:status', 'repo_deployment', 'public_repo', 'repo:invite', 'security_events'],
  'repo:status': [],
  repo_deployment: [],
  public_repo: [],
  'repo:invite': [],
  security_events: [],
  'admin:repo_hook': ['write:repo_hook'],
  'write:repo_hook': ['read:repo_hook'],
  'read:repo_hook': [],
  'admin:org': ['write:org', 'manage_runners:org'],
  'write:org': ['read:org'],
  'read:org': [],
  'manage_runners:org': [],
  'admin:public_key': ['write:public_key'],
  'write:public_key': ['read:public_key'],
  'read:public_key': [],
  'admin:org_hook': [],
  user: ['read:user', 'user:email', 'user:follow'],
  'read:user': [],
  'user:email': [],
  'user:follow': [],
  gist: [],
  notifications: [],
  delete_repo: [],
  workflow: [],
  project: ['read:project'],
  'read:project': [],
  'write:packages': ['read:packages'],
  'read:packages': [],
  'delete:packages': [],
  'admin:gpg_key': ['write:gpg_key'],
  'write:gpg_key': ['read:gpg_key'],
  'read:gpg_key': [],
  codespace: [],
  audit_log: ['read:audit_log'],
  'read:audit_log': [],
  site_admin: [],
}

export const knownScopes: readonly string[] = Object.keys(contains)

/** Those that a scope contains itself, one level down. */
export const scopesWithin = (scope: string): readonly string[] => contains[scope] ?? []

/** Of a row: normalised, and separated by `, `. */
export const scopeListOf = (scopes: string): string[] => (scopes === '' ? [] : scopes.split(', '))

/** A scope and everything it contains. */
function withContents(scope: string): string[] {
  return [scope, ...(contains[scope] ?? []).flatMap(withContents)]
}

/** Looked up with every request, so worked out once. */
const expanded = new Map(knownScopes.map((scope) => [scope, withContents(scope)]))

/** Every scope that the granted ones amount to. */
export function expandScopes(granted: readonly string[]): ReadonlySet<string> {
  const all = new Set<string>()
  for (const scope of granted) for (const one of expanded.get(scope) ?? [scope]) all.add(one)
  return all
}

/** Drops unknown scopes and those that another one contains; alphabetical. */
export function normalizeScopes(asked: readonly string[]): string[] {
  const known = [...new Set(asked)].filter((scope) => Object.hasOwn(contains, scope))
  const implied = new Set(known.flatMap((scope) => (contains[scope] ?? []).flatMap(withContents)))
  return known.filter((scope) => !implied.has(scope)).sort()
}
