import { findAccount } from '../../accounts/accounts.ts'
import type { UserActor } from '../../auth/model.ts'
import type { Call } from '../../auth/route.ts'
import { toSecond } from '../../lib/time.ts'
import { openLoaders } from '../loaders/loaders.ts'
import { accountNode } from './accounts.ts'
import { findNode, findNodes } from './by-id.ts'
import { type Asked, type Node, refusal } from './model.ts'
import { mutations } from './mutations.ts'
import { repositoryNode } from './repositories.ts'
import { findNamedView, type RepositoryName, unlessMissing } from './views.ts'

type UserCall = Call & { readonly actor: UserActor }

/** The fields of `Query` and of `Mutation`, for one request. */
export function rootNode(call: UserCall): Node {
  const loaders = openLoaders(call.app)
  const asked: Asked = { ...call, loaders, permits: new Map(), show: repositoryNode }
  return {
    viewer: () => accountNode(asked, call.actor.account),
    user: ({ login }: Named) => findTyped(asked, login, 'User'),
    organization: ({ login }: Named) => findTyped(asked, login, 'Organization'),
    repositoryOwner: async ({ login }: Named) => (await findByLogin(asked, login)) ?? null,
    repository: async (name: RepositoryName) => repositoryNode(await findNamedView(asked, name)),
    node: ({ id }: { id: string }) => findNode(asked, id),
    nodes: ({ ids }: { ids: readonly string[] }) => findNodes(asked, ids),
    rateLimit: () => quotaNode(call),
    ...mutations(asked),
  }
}

/** Null as of an Enterprise Server whose requests are not limited. A query counts once, whatever it returns. */
function quotaNode({ app, actor }: Pick<UserCall, 'app' | 'actor'>): Node | null {
  const quota = app.rateLimiter?.quota({ kind: 'user', id: actor.account.id }, 'graphql')
  if (!quota) return null
  const { limit, remaining, used, resetAtMs } = quota
  // Rounded up, as in the header of the same name.
  const resetAt = toSecond(new Date(Math.ceil(resetAtMs / 1000) * 1000).toISOString())
  return { cost: 1, nodeCount: 0, limit, remaining, used, resetAt }
}

type Named = { readonly login: string }

async function findByLogin(asked: Asked, login: string): Promise<Node | undefined> {
  const account = await unlessMissing(() => findAccount(asked.app.store.read, login))
  return account && accountNode(asked, account)
}

const articles = { User: 'a User', Organization: 'an Organization' }

async function findTyped(asked: Asked, login: string, type: keyof typeof articles) {
  const found = await findByLogin(asked, login)
  if (found?.['__typename'] === type) return found
  const message = `Could not resolve to ${articles[type]} with the login of '${login}'.`
  throw refusal('NOT_FOUND', message)
}
