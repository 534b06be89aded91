import type { App } from '../app.ts'
import { issueToken } from '../auth/tokens.ts'
import { Problem } from '../lib/problem.ts'
import type { Secret } from '../lib/secret.ts'
import type { TokenRow } from '../tables/accounts.ts'
import type { AppRow } from '../tables/programs.ts'
import type { Installation } from './model.ts'
import type { Narrowed } from './narrow.ts'
import { deleteExpiredTokens } from './queries.ts'

/** Contract 7.8. */
const lifetimeMs = 60 * 60 * 1000

/** A token with which the App's bot acts for an hour. Throws `forbidden` while the installation is suspended. */
export async function issueAccessToken(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  of: AppRow,
  installation: Installation,
  { permissions, repository_ids }: Narrowed,
): Promise<{ token: Secret; row: TokenRow }> {
  if (installation.suspended_at !== null) {
    throw new Problem('forbidden', 'This installation has been suspended')
  }
  const now = app.now()
  return await app.store.transaction(async (tx) => {
    // An App takes a new one every hour: the old ones are cleared by whoever comes next.
    const spent = { installation_id: installation.id, now: now.toISOString() }
    await tx.all(deleteExpiredTokens, spent)
    return await issueToken(app, tx, {
      kind: 'installation',
      account_id: of.bot_id,
      app_id: of.id,
      installation_id: installation.id,
      permissions: JSON.stringify(permissions),
      repository_selection: repository_ids ? 'selected' : 'all',
      repository_ids: repository_ids ?? [],
      expires_at: new Date(now.getTime() + lifetimeMs).toISOString(),
    })
  })
}
