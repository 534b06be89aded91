import { findAccountById, findRole } from '../accounts/accounts.ts'
import type { Account } from '../accounts/model.ts'
import type { App } from '../app.ts'
import { isOfOrganizations, type Permissions, parsePermissions } from '../auth/permissions.ts'
import { findChosenNames, issueToken } from '../auth/tokens.ts'
import { Problem } from '../lib/problem.ts'
import { fullNameOf, type Repository } from '../repositories/model.ts'
import type { TokenRow } from '../tables/accounts.ts'
import { decideFineGrained } from './decide-fine-grained.ts'
import { type AdminAnswer, type Asked, done } from './model.ts'
import { namedAccount, namedRepository } from './named.ts'

type Parts = Pick<App, 'store' | 'now' | 'signals' | 'who'>

/** A token for what one owner has: the user, or an organisation that the user is in. */
export async function makeFineGrainedToken(
  app: Parts,
  request: Asked<'create_fine_grained_token'>,
): Promise<AdminAnswer> {
  const { note, expires_at } = request
  const account = await namedAccount(app, request.user)
  const owner = request.owner === null ? account : await namedAccount(app, request.owner)
  const permissions = parsePermissions(request.permissions)
  const chosen = await Promise.all(request.repositories.map((name) => namedRepository(app, name)))
  const wanted = { account, owner, permissions, chosen, isForAll: request.for_all }
  const fault = decideFineGrained(await factsOf(app, wanted, expires_at))
  if (fault) throw new Problem('invalid', fault)
  const { token, row } = await issue(app, wanted, { note, expires_at })
  const until = expires_at === null ? 'does not expire' : `expires ${expires_at}`
  const may = await permissionsLine(app, row)
  const message = `Token ${row.id} of ${account.login} (${may}) ${until}. It is shown this once.`
  return done(message, [token.reveal()])
}

type Wanted = {
  readonly account: Account
  readonly owner: Account
  readonly permissions: Permissions
  readonly chosen: readonly Repository[]
  readonly isForAll: boolean
}

async function factsOf(app: Parts, wanted: Wanted, expires_at: string | null) {
  const { account, owner, permissions, chosen, isForAll } = wanted
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

const issue = (app: Parts, wanted: Wanted, rest: Pick<TokenRow, 'note' | 'expires_at'>) =>
  app.store.transaction((tx) =>
    issueToken(app, tx, {
      ...rest,
      kind: 'fine-grained',
      account_id: wanted.account.id,
      permissions: JSON.stringify(wanted.permissions),
      resource_owner_id: wanted.owner.id,
      repository_selection: wanted.isForAll ? 'all' : 'selected',
      repository_ids: [...new Set(wanted.chosen.map(({ id }) => id))],
    }),
  )

/** `deployments=write,contents=read at acme/*`: what a token may that has permissions instead of scopes. */
export async function permissionsLine({ store }: Pick<App, 'store'>, row: TokenRow) {
  const granted = Object.entries<string>(JSON.parse(row.permissions ?? '{}'))
  const list = granted.map((pair) => pair.join('=')).join(',')
  if (row.kind !== 'fine-grained') return list
  const owner = await findAccountById(store.read, row.resource_owner_id ?? 0)
  if (row.repository_selection === 'all') return `${list} at ${owner?.login}/*`
  const names = await findChosenNames(store.read, row)
  const chosen = names.map((name) => `${owner?.login}/${name}`)
  return `${list} at ${chosen.join(',') || owner?.login}`
}
