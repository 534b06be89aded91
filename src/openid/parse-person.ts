import { Problem } from '../lib/problem.ts'
import type { ProviderSettings } from './model.ts'

/** Who somebody is at the provider. All of it was written elsewhere. */
export type Person = {
  /** With the issuer, who it is for good (OpenID Connect Core, 5.7). Everything else may change. */
  readonly subject: string
  /** In a login's letters; nothing, or more than a login holds, where they are called so there. */
  readonly login: string
  /** For people to recognise. */
  readonly name: string
  readonly groups: readonly string[]
  /** Undefined unless the provider has seen that it is theirs. */
  readonly email: string | undefined
}

type Claims = Readonly<Record<string, unknown>>
type Claimed = Pick<ProviderSettings, 'name' | 'loginClaim' | 'groupsClaim'>

/** Of a subject by OpenID Connect Core, 2; of a name by what a list can show. */
const charactersMax = 255
const groupsMax = 1000

/** Throws `forbidden` where they do not say who it is. */
export function parsePerson(claims: Claims, settings: Claimed): Person {
  const subject = claims['sub']
  if (typeof subject !== 'string' || !/^[\x20-\x7e]{1,255}$/.test(subject)) {
    throw new Problem(
      'forbidden',
      `${settings.name} did not say in letters and digits who you are.`,
    )
  }
  const called = textIn(claims[settings.loginClaim])
  return {
    subject,
    login: loginOf(called),
    name:
      called
        .replace(/\p{Cc}/gu, ' ')
        .slice(0, charactersMax)
        .trim() || subject,
    groups: groupsIn(claims[settings.groupsClaim]),
    email: claims['email_verified'] === true ? textIn(claims['email']) : undefined,
  }
}

const textIn = (claim: unknown) => (typeof claim === 'string' ? claim : '')

/** As GitHub makes a username of one from outside: what is before the `@`, hyphens for what a login cannot hold. */
const loginOf = (name: string) =>
  name
    .replace(/(?<=.)@.*$/s, '')
    .replace(/[^a-z\d]+/gi, '-')
    .replace(/^-|-$/g, '')

function groupsIn(claim: unknown): readonly string[] {
  const all: unknown[] = Array.isArray(claim) ? claim : [claim]
  return all.slice(0, groupsMax).filter((group) => typeof group === 'string')
}
