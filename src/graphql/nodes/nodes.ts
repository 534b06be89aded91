import { findAccount } from '../../accounts/accounts.ts'
import type { UserActor } from '../../auth/model.ts'
import type { Call } from '../../auth/route.ts'
import { openLoaders } from '../loaders/loaders.ts'
import { accountNode } from './accounts.ts'
import { findNode, findNodes } from './by-id.ts'
import { type Asked, type Node, refusal } from './model.ts'
import { mutations } from './mutations.ts'
import { repositoryNode } from './repositories.ts'
import { findNamedView, type RepositoryName, unlessMissing } from './views.ts'

/** The fields of `Query` and of `Mutation`, for one request. */
export function rootNode(call: Call & { readonly actor: UserActor }): Node {
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
    // As an Enterprise Server whose requests are not limited.
    rateLimit: null,
    ...mutations(asked),
  }
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
