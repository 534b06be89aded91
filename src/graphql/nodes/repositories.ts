import { nodeId } from '../../lib/node-id.ts'
import { toSecond } from '../../lib/time.ts'
import { fullNameOf } from '../../repositories/model.ts'
import { repositoryPayload } from '../../repositories/payload.ts'
import { ownerNode } from './accounts.ts'
import { commitNode, refNode } from './code.ts'
import { type DeploymentsArguments, deploymentsNode } from './deployments.ts'
import { environmentNode, environmentsNode } from './environments.ts'
import type { Node, View } from './model.ts'
import { lackOfScopes, requireAccess } from './views.ts'

export function repositoryNode(view: View): Node {
  const { asked, repository } = view
  const { name, owner } = repository
  const fullName = fullNameOf(repository)
  return {
    __typename: 'Repository',
    id: nodeId('R', repository.id),
    databaseId: repository.id,
    name,
    nameWithOwner: fullName,
    owner: () => ownerNode(asked, owner),
    url: `${asked.urls.web}/${fullName}`,
    resourcePath: `/${fullName}`,
    isPrivate: repository.private === 1,
    isInOrganization: owner.type === 'Organization',
    visibility: repository.private === 1 ? 'PRIVATE' : 'PUBLIC',
    ...behindMetadata(view, { ...metadataOf(view), ...absent }),
    ...contentsOf(view),
  }
}

const permissionWords = { pull: 'READ', push: 'WRITE', admin: 'ADMIN' } as const

function metadataOf({ asked, repository, permission }: View): Node {
  const { app, urls } = asked
  const { id, default_branch: branch } = repository
  const payload = repositoryPayload(repository, urls)
  const findDefault = () => app.git.branch(id, branch)
  return {
    description: repository.description,
    homepageUrl: repository.homepage,
    sshUrl: payload.ssh_url,
    createdAt: payload.created_at,
    updatedAt: payload.updated_at,
    pushedAt: repository.pushed_at && toSecond(repository.pushed_at),
    isArchived: payload.archived,
    viewerPermission: permissionWords[permission ?? 'pull'],
    viewerCanAdminister: permission === 'admin',
    isEmpty: async () => (await findDefault()) === undefined,
  }
}

/** What a forge has and the deployments half of one has not. */
const absent = {
  isDisabled: false,
  isFork: false,
  isLocked: false,
  isMirror: false,
  isTemplate: false,
  hasDiscussionsEnabled: false,
  hasIssuesEnabled: false,
  hasProjectsEnabled: false,
  hasWikiEnabled: false,
  deleteBranchOnMerge: false,
  mergeCommitAllowed: false,
  rebaseMergeAllowed: false,
  squashMergeAllowed: false,
  viewerHasStarred: false,
  diskUsage: 0,
  forkCount: 0,
  stargazerCount: 0,
  licenseInfo: null,
  mirrorUrl: null,
  parent: null,
  primaryLanguage: null,
  templateRepository: null,
}

/** Whoever sees only deployments is told which scope each of these takes. */
function behindMetadata(view: View, fields: Node): Node {
  if (view.showsMetadata) return fields
  const refused = Object.keys(fields).map((name) => {
    const refuse = () => {
      throw lackOfScopes(view, 'metadata', name)
    }
    return [name, refuse]
  })
  return Object.fromEntries(refused)
}

/** What has an access of its own, as its REST has. */
function contentsOf(view: View): Node {
  return {
    defaultBranchRef: async () => {
      const { asked, repository } = view
      await requireAccess(view, 'metadata', 'defaultBranchRef')
      const found = await asked.app.git.branch(repository.id, repository.default_branch)
      return found ? refNode(view, { ...found, prefix: 'refs/heads/' }) : null
    },
    ref: ({ qualifiedName }: { qualifiedName: string }) => findRef(view, qualifiedName),
    object: (args: ObjectArguments) => findObject(view, args),
    deployments: async (args: DeploymentsArguments) => {
      await requireAccess(view, 'deployments:read', 'deployments')
      return deploymentsNode(view, args)
    },
    environments: async (args: Parameters<typeof environmentsNode>[1]) => {
      await requireAccess(view, 'environments:read', 'environments')
      return environmentsNode(view, args)
    },
    environment: async ({ name }: { name: string }) => {
      await requireAccess(view, 'environments:read', 'environment')
      return await environmentNode(view, name)
    },
  }
}

const prefixes = { branch: 'refs/heads/', tag: 'refs/tags/' } as const

/** Of a branch or a tag; null for anything else. */
async function findRef(view: View, qualifiedName: string) {
  await requireAccess(view, 'code:read', 'ref')
  const found = await view.asked.loaders.refs(view.repository.id)(qualifiedName)
  if (!found || found.kind === 'sha') return null
  return refNode(view, { ...found, prefix: prefixes[found.kind] })
}

type ObjectArguments = { readonly oid?: string | null; readonly expression?: string | null }

/** Only commits: files are read by REST. */
async function findObject(view: View, { oid, expression }: ObjectArguments) {
  await requireAccess(view, 'code:read', 'object')
  const name = oid ?? expression ?? ''
  const found = await view.asked.loaders.refs(view.repository.id)(name)
  return found ? commitNode(view, found.sha) : null
}
