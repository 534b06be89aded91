import { findRole } from '../accounts/accounts.ts'
import type { Account } from '../accounts/model.ts'
import type { App } from '../app.ts'
import { isOfOrganizations, type Permissions } from '../auth/permissions.ts'
import { issueToken } from '../auth/tokens.ts'
import { Problem } from '../lib/problem.ts'
import type { Secret } from '../lib/secret.ts'
import { fullNameOf, type Repository } from '../repositories/model.ts'
import type { TokenRow } from '../tables/accounts.ts'
import { decideFineGrained, type FineGrainedFacts } from './decide-fine-grained.ts'

type Parts = Pick<App, 'store' | 'now' | 'signals' | 'who'>

export type NewFineGrainedToken = Pick<TokenRow, 'note' | 'expires_at'> & {
  readonly account: Account
  /** Whose things it is for: the account, or an organisation that the account is in. */
  readonly owner: Account
  readonly permissions: Permissions
  readonly chosen: readonly Repository[]
  readonly isForAll: boolean
}

/** The token's text is in this answer and nowhere else. Throws `invalid`, saying what to ask for instead. */
export async function createFineGrainedToken(
  app: Parts,
  wanted: NewFineGrainedToken,
): Promise<{ token: Secret; row: TokenRow }> {
  const fault = decideFineGrained(await factsOf(app, wanted))
  if (fault) throw new Problem('invalid', fault)
  return await app.store.transaction((tx) =>
    issueToken(app, tx, {
      kind: 'fine-grained',
      note: wanted.note,
      expires_at: wanted.expires_at,
      account_id: wanted.account.id,
      permissions: JSON.stringify(wanted.permissions),
      resource_owner_id: wanted.owner.id,
      repository_selection: wanted.isForAll ? 'all' : 'selected',
      repository_ids: [...new Set(wanted.chosen.map(({ id }) => id))],
    }),
  )
}

async function factsOf(app: Parts, wanted: NewFineGrainedToken): Promise<FineGrainedFacts> {
  const { account, owner, permissions, chosen, isForAll, expires_at } = wanted
  const names = Object.keys(permissions).filter((name) => name !== 'metadata')
  const role = await findRole(app.store.read, owner.id, account.id)
  const stray = chosen.find(({ owner_id }) => owner_id !== owner.id)
  return {
    user: { login: account.login, isPerson: account.type === 'User' },
    owner: { login: owner.login, isUser: owner.id === account.id, isJoined: role !== undefined },
    ofOrganizations: names.filter(isOfOrganizations),
    ofRepositories: names.filter((name) => !isOfOrganizations(name)),
    stray: stray && fullNameOf(stray),
    isForSome: chosen.length > 0,
    isForAll,
    lifetimeMs: expires_at === null ? null : Date.parse(expires_at) - app.now().getTime(),
  }
}
