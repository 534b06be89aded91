import type { AccountRow } from '../tables/accounts.ts'

export type Account = AccountRow

/** Names that are paths of ours, so nobody's account may have them. */
const reserved = new Set(
  `api app app-manifests apps applications assets graphql healthz installation login logout meta metrics new octocat
   organizations orgs rate_limit readyz repos repositories session settings setup start user users versions zen`.split(
    /\s+/,
  ),
)

const loginPattern = /^[a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38}$/i

/** Why a login cannot be used, or undefined: GitHub's rules, 39 letters, digits and single inner hyphens. */
export function loginFault(login: string): string | undefined {
  if (!loginPattern.test(login)) {
    return `"${login}" is not a login: use 1 to 39 letters, digits and single hyphens, not at either end`
  }
  if (reserved.has(login.toLowerCase())) return `"${login}" is a reserved name`
  return undefined
}

/** Logins ignore case when looked up and keep it when shown. */
export const loginKeyOf = (login: string): string => login.toLowerCase()
