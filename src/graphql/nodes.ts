import type { Account } from '../accounts/model.ts'
import { requireUser } from '../auth/auth.ts'
import type { Call } from '../auth/route.ts'
import { nodeId } from '../lib/node-id.ts'
import { toSecond } from '../lib/time.ts'
import type { Urls } from '../lib/urls.ts'
import { fullNameOf, type Repository } from '../repositories/model.ts'
import { repositoryPayload } from '../repositories/payload.ts'
import { authorize, locateRepository } from '../repositories/repositories.ts'
import type { schema } from './schema.ts'

type Argument = (name: string) => string
/** Something with fields, each of which is found only when asked for. */
export type Node = Readonly<Record<string, (argument: Argument) => unknown>>

type NodeOf<Name extends keyof typeof schema> = Readonly<
  Record<keyof (typeof schema)[Name], (argument: Argument) => unknown>
>

export function queryNode(call: Call) {
  return {
    __typename: () => 'Query',
    viewer: () => viewerNode(requireUser(call.actor).account, call.urls),
    repository: (argument) => findRepository(call, argument('owner'), argument('name')),
  } satisfies NodeOf<'Query'>
}

function viewerNode(account: Account, urls: Urls) {
  return {
    ...ownerNode(account, urls),
    databaseId: () => account.id,
    name: () => account.name,
  } satisfies NodeOf<'User'>
}

function ownerNode({ id, login, type }: Pick<Account, 'id' | 'login' | 'type'>, urls: Urls) {
  return {
    __typename: () => type,
    id: () => nodeId(type === 'User' ? 'U' : 'O', id),
    login: () => login,
    url: () => `${urls.web}/${login}`,
  } satisfies NodeOf<'RepositoryOwner'>
}

/** Throws `not_found` as the same repository's REST does, and for the same tokens. */
async function findRepository(call: Call, owner: string, name: string) {
  const { read } = call.app.store
  const { repository } = await locateRepository(read, owner, name)
  const permission = await authorize(read, call.actor, repository, 'metadata')
  const words = { pull: 'READ', push: 'WRITE', admin: 'ADMIN' } as const
  return {
    ...repositoryNode(call, repository),
    viewerPermission: () => words[permission ?? 'pull'],
    viewerCanAdminister: () => permission === 'admin',
  } satisfies NodeOf<'Repository'>
}

function repositoryNode({ app, urls }: Call, repository: Repository) {
  const payload = repositoryPayload(repository, urls)
  const { id, default_branch: branch, owner } = repository
  const hasDefaultBranch = async () => (await app.git.branch(id, branch)) !== undefined
  return {
    __typename: () => 'Repository',
    id: () => payload.node_id,
    databaseId: () => id,
    name: () => repository.name,
    nameWithOwner: () => fullNameOf(repository),
    owner: () => ownerNode(owner, urls),
    description: () => repository.description,
    homepageUrl: () => repository.homepage,
    url: () => payload.html_url,
    sshUrl: () => payload.ssh_url,
    createdAt: () => payload.created_at,
    updatedAt: () => payload.updated_at,
    pushedAt: () => repository.pushed_at && toSecond(repository.pushed_at),
    visibility: () => payload.visibility.toUpperCase(),
    isPrivate: () => payload.private,
    isArchived: () => payload.archived,
    isInOrganization: () => owner.type === 'Organization',
    isEmpty: async () => !(await hasDefaultBranch()),
    defaultBranchRef: async () => ((await hasDefaultBranch()) ? refNode(branch) : null),
    ...absent,
  }
}

function refNode(name: string) {
  return { __typename: () => 'Ref', name: () => name } satisfies NodeOf<'Ref'>
}

const no = () => false
const zero = () => 0
const nothing = () => null

/** What a forge has and the deployments half of one has not. */
const absent = {
  isFork: no,
  isMirror: no,
  isTemplate: no,
  hasIssuesEnabled: no,
  hasProjectsEnabled: no,
  hasWikiEnabled: no,
  hasDiscussionsEnabled: no,
  mergeCommitAllowed: no,
  rebaseMergeAllowed: no,
  squashMergeAllowed: no,
  deleteBranchOnMerge: no,
  viewerHasStarred: no,
  diskUsage: zero,
  forkCount: zero,
  stargazerCount: zero,
  mirrorUrl: nothing,
  parent: nothing,
  templateRepository: nothing,
}
