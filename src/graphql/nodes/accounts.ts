import type { Account } from '../../accounts/model.ts'
import { simpleUser } from '../../accounts/payload.ts'
import { nodeId } from '../../lib/node-id.ts'
import { toSecond } from '../../lib/time.ts'
import type { Owner } from '../../repositories/model.ts'
import { countRepositories, findRepositories } from '../../repositories/repositories.ts'
import { connectionNode, type Direction, type Paging, parseCursor, sizeOf } from './connection.ts'
import type { Asked, Node } from './model.ts'
import { findNamedView, type RepositoryName } from './views.ts'

/** With all that is shown of an account. */
export function accountNode(asked: Asked, account: Account): Node {
  const { actor } = asked
  const showsEmail = account.id === actor.account.id && actor.scopes.has('user:email')
  return {
    ...ownerNode(asked, account),
    createdAt: toSecond(account.created_at),
    updatedAt: toSecond(account.updated_at),
    name: account.name,
    email: (showsEmail && account.email) || '',
  }
}

/** An account of which its name is known: the rest is looked for when it is asked for, which is seldom. */
export function ownerNode(asked: Asked, owner: Omit<Owner, 'email'>): Node {
  const payload = simpleUser(owner, asked.urls)
  const found = async (name: string) => {
    const account = await asked.loaders.account(owner.id)
    return account && accountNode(asked, account)[name]
  }
  return {
    __typename: payload.type,
    id: payload.node_id,
    databaseId: payload.id,
    login: payload.login,
    avatarUrl: payload.avatar_url,
    url: payload.html_url,
    resourcePath: `/${payload.login}`,
    createdAt: () => found('createdAt'),
    updatedAt: () => found('updatedAt'),
    name: () => found('name'),
    email: () => found('email'),
    isSiteAdmin: payload.site_admin,
    isViewer: payload.id === asked.actor.account.id,
    repositories: (args: ListArguments) => repositoriesNode(asked, owner, args),
    repository: async (args: Omit<RepositoryName, 'owner'>) =>
      asked.show(await findNamedView(asked, { ...args, owner: owner.login })),
  }
}

/** Whoever made something and is gone, as GitHub shows them. */
export const ghostNode = ({ urls }: Asked): Node => ({
  __typename: 'User',
  id: nodeId('U', 0),
  databaseId: null,
  login: 'ghost',
  avatarUrl: `${urls.web}/assets/avatars/0`,
  url: `${urls.web}/ghost`,
  resourcePath: '/ghost',
  createdAt: '1970-01-01T00:00:00Z',
  updatedAt: '1970-01-01T00:00:00Z',
  name: null,
  email: '',
  isSiteAdmin: false,
  isViewer: false,
})

type Affiliation = 'OWNER' | 'COLLABORATOR' | 'ORGANIZATION_MEMBER'

type ListArguments = Paging & {
  readonly affiliations?: readonly Affiliation[] | null
  readonly ownerAffiliations?: readonly Affiliation[] | null
  readonly orderBy?: { readonly field: string; readonly direction: Direction } | null
  readonly privacy?: 'PUBLIC' | 'PRIVATE' | null
  readonly visibility?: 'PUBLIC' | 'PRIVATE' | 'INTERNAL' | null
  readonly isFork?: boolean | null
  readonly isArchived?: boolean | null
}

type ListWord = Parameters<typeof findRepositories>[2][number]

const sources: Record<Affiliation, ListWord> = {
  OWNER: 'owned',
  COLLABORATOR: 'collaborating',
  ORGANIZATION_MEMBER: 'organizations',
}

const sorts: Readonly<Record<string, ListWord>> = {
  CREATED_AT: 'created',
  UPDATED_AT: 'updated',
  PUSHED_AT: 'pushed',
  NAME: 'full_name',
  STARGAZERS: 'created',
}

/** What the caller may see of an account's; a cursor is a place in the list. */
function repositoriesNode(asked: Asked, owner: Pick<Owner, 'id'>, args: ListArguments): Node {
  const { actor, app } = asked
  const words = wordsOf(args)
  const at = { subject_id: owner.id, since: '', before: '' }
  const count = async () =>
    isNever(args)
      ? 0
      : await countRepositories(app.store.read, actor, words, { ...at, limit: 0, offset: 0 })
  return connectionNode({
    count,
    find: async () => {
      const total = await count()
      const { start, end } = rangeOf(args, total)
      const params = { ...at, limit: end - start, offset: start }
      const found = await findRepositories(app.store.read, actor, words, params)
      return {
        items: found.map((row, n) => ({ row, position: start + n + 1 })),
        hasNextPage: end < total,
        hasPreviousPage: start > 0,
      }
    },
    show: (found) => asked.show({ asked, ...found, showsMetadata: true }),
  })
}

function wordsOf(args: ListArguments): ListWord[] {
  const affiliations = args.ownerAffiliations ?? args.affiliations ?? ['OWNER', 'COLLABORATOR']
  const asked = [args.privacy, args.visibility]
  const { field, direction } = args.orderBy ?? { field: 'CREATED_AT', direction: 'ASC' }
  return [
    'visible',
    ...affiliations.map((affiliation) => sources[affiliation]),
    ...(asked.includes('PUBLIC') ? ['public' as const] : []),
    ...(asked.includes('PRIVATE') ? ['private' as const] : []),
    sorts[field] ?? 'created',
    ...(direction === 'DESC' ? ['descending' as const] : []),
  ]
}

/** There are no forks here, nothing is internal, and a list from nowhere is empty. */
const isNever = ({ isFork, visibility, ownerAffiliations }: ListArguments) =>
  isFork === true || visibility === 'INTERNAL' || ownerAffiliations?.length === 0

function rangeOf(args: ListArguments, total: number) {
  const { isForward, limit } = sizeOf('repositories', args)
  const start = Math.min(args.after ? parseCursor(args.after) : 0, total)
  const end = Math.max(start, Math.min(args.before ? parseCursor(args.before) - 1 : total, total))
  return isForward
    ? { start, end: Math.min(end, start + limit) }
    : { start: Math.max(start, end - limit), end }
}
