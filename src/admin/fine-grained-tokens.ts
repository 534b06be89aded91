import { findAccountById } from '../accounts/accounts.ts'
import type { App } from '../app.ts'
import { parsePermissions } from '../auth/permissions.ts'
import { findChosenNames } from '../auth/tokens.ts'
import { createFineGrainedToken } from '../fine-grained-tokens/fine-grained-tokens.ts'
import type { TokenRow } from '../tables/accounts.ts'
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
  const { token, row } = await createFineGrainedToken(app, {
    account,
    owner: request.owner === null ? account : await namedAccount(app, request.owner),
    permissions: parsePermissions(request.permissions),
    chosen: await Promise.all(request.repositories.map((name) => namedRepository(app, name))),
    isForAll: request.for_all,
    note,
    expires_at,
  })
  const until = expires_at === null ? 'does not expire' : `expires ${expires_at}`
  const may = await permissionsLine(app, row)
  const message = `Token ${row.id} of ${account.login} (${may}) ${until}. It is shown this once.`
  return done(message, [token.reveal()])
}

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
