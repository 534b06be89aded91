/** Which new people may have an account: all, or those of whom one thing holds. */
export type Admission = {
  readonly isForAll: boolean
  readonly groups: readonly string[]
  readonly domains: readonly string[]
}

type Applicant = {
  readonly groups: readonly string[]
  /** Undefined unless the provider has seen that it is theirs. */
  readonly email: string | undefined
}

const none: Admission = { isForAll: false, groups: [], domains: [] }
const domainPattern = /^@[a-z\d-]+(?:\.[a-z\d-]+)+$/i

/** `nobody`, `everybody`, or a list as `@example.com, group:deployers`. `bad` is the first part that says nothing. */
export function parseAdmission(text: string): { admission: Admission; bad?: string } {
  if (text === 'nobody') return { admission: none }
  if (text === 'everybody') return { admission: { ...none, isForAll: true } }
  const parts = text.split(',').map((part) => part.trim())
  const groups = parts.flatMap((part) => /^group:(.+)$/.exec(part)?.[1] ?? [])
  const domains = parts.flatMap((part) => (domainPattern.test(part) ? part.toLowerCase() : []))
  const bad = parts.find((part) => !/^group:./.test(part) && !domainPattern.test(part))
  return { admission: { isForAll: false, groups, domains }, ...(bad !== undefined && { bad }) }
}

export function mayJoin({ isForAll, groups, domains }: Admission, applicant: Applicant): boolean {
  const email = applicant.email?.toLowerCase()
  const isInDomain = domains.some((domain) => email?.endsWith(domain))
  return isForAll || isInDomain || groups.some((group) => applicant.groups.includes(group))
}
