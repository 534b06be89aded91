import type { Account } from '../../accounts/model.ts'
import { findAppsOf } from '../../apps/apps.ts'
import type { GitHubApp } from '../../apps/model.ts'
import { notFound } from '../../lib/problem.ts'
import { findOwner, settingsPathOf } from '../dashboard/owner.ts'
import type { UserVisit } from '../web/route.ts'

/** An App, and where its pages begin. */
export type Own = { readonly owner: Account; readonly of: GitHubApp; readonly path: string }

/** Throws `not_found`, also for somebody else's. */
export async function findOwn(visit: UserVisit): Promise<Own> {
  const owner = await findOwner(visit)
  const apps = await findAppsOf(visit.app.store.read, owner)
  const of = apps.find(({ slug }) => slug === visit.params['slug'])
  if (!of) throw notFound()
  return { owner, of, path: `${settingsPathOf(visit.params)}/apps/${of.slug}` }
}
