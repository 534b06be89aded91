import { findAccount, findOrganization } from '../accounts/accounts.ts'
import type { Account } from '../accounts/model.ts'
import { authorOf } from '../accounts/payload.ts'
import { requirePerson, requireUser } from '../auth/auth.ts'
import { lackOf } from '../auth/decide-access.ts'
import { findGrantAtAccount, findStandingAt } from '../auth/grants.ts'
import type { Grant, UserActor } from '../auth/model.ts'
import type { Call, Route } from '../auth/route.ts'
import { type Answer, created, noContent, okKept } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { Problem } from '../lib/problem.ts'
import { onceFor } from '../recent/once-for.ts'
import { changeRepository, removeRepository, repositoryChange } from './change-repository.ts'
import {
  checkCollaborator,
  getCollaboratorPermission,
  listCollaborators,
  putCollaborator,
  removeCollaborator,
} from './collaborators.ts'
import { createRepository, newRepository } from './create-repository.ts'
import type { Repository } from './model.ts'
import { fullRepository, permissionsOf } from './payload.ts'
import { type RepositoryCall, repositoryRoute } from './repositories.ts'
import {
  answerList,
  organizationListWords,
  ownListWords,
  userListWords,
} from './repository-list.ts'

const docs = 'https://docs.github.com/rest/repos/repos'
const collaboratorDocs = 'https://docs.github.com/rest/collaborators/collaborators'
const creating = 'public_repo, repo'
const administering = 'administration=write'
/** Every token that has permissions sees what repositories are called. */
const naming = 'metadata=read'

const getting = { access: 'metadata', docs: `${docs}#get-a-repository` } as const
const changing = { access: 'metadata:admin', docs: `${docs}#update-a-repository` } as const
const deleting = { access: 'repository:delete', docs: `${docs}#delete-a-repository` } as const
const checking = {
  access: 'collaborators:read',
  docs: `${collaboratorDocs}#check-if-a-user-is-a-repository-collaborator`,
} as const
const listing = {
  access: 'collaborators:read',
  docs: `${collaboratorDocs}#list-repository-collaborators`,
} as const
const weighing = {
  access: 'collaborators:read',
  docs: `${collaboratorDocs}#get-repository-permissions-for-a-user`,
} as const
const adding = {
  access: 'metadata:admin',
  docs: `${collaboratorDocs}#add-a-repository-collaborator`,
} as const
const removing = {
  access: 'metadata:admin',
  docs: `${collaboratorDocs}#remove-a-repository-collaborator`,
} as const

export const repositoryRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/user/repos',
    accepted: creating,
    permissions: administering,
    docs: `${docs}#create-a-repository-for-the-authenticated-user`,
    handler: postOwnRepository,
  },
  {
    method: 'POST',
    path: '/orgs/:org/repos',
    accepted: creating,
    permissions: administering,
    docs: `${docs}#create-an-organization-repository`,
    handler: postOrganizationRepository,
  },
  {
    method: 'GET',
    path: '/user/repos',
    accepted: '',
    permissions: naming,
    docs: `${docs}#list-repositories-for-the-authenticated-user`,
    handler: listOwnRepositories,
  },
  {
    method: 'GET',
    path: '/users/:username/repos',
    accepted: '',
    permissions: naming,
    docs: `${docs}#list-repositories-for-a-user`,
    handler: listUserRepositories,
  },
  {
    method: 'GET',
    path: '/orgs/:org/repos',
    accepted: '',
    permissions: naming,
    docs: `${docs}#list-organization-repositories`,
    handler: listOrganizationRepositories,
  },
  ...repositoryRoute('GET', '', getting, getRepository),
  ...repositoryRoute('PATCH', '', changing, patchRepository),
  // GitHub takes POST wherever PATCH is (contract 8.9).
  ...repositoryRoute('POST', '', changing, patchRepository),
  ...repositoryRoute('DELETE', '', deleting, deleteRepository),
  ...repositoryRoute('GET', '/collaborators', listing, listCollaborators),
  ...repositoryRoute('GET', '/collaborators/:username', checking, checkCollaborator),
  ...repositoryRoute('PUT', '/collaborators/:username', adding, putCollaborator),
  ...repositoryRoute('DELETE', '/collaborators/:username', removing, removeCollaborator),
  ...repositoryRoute(
    'GET',
    '/collaborators/:username/permission',
    weighing,
    getCollaboratorPermission,
  ),
]

async function postOwnRepository(call: Call): Promise<Answer> {
  const actor = requirePerson(call.actor)
  const grant = await findGrantAtAccount(call.app.store.read, actor, actor.account.id)
  return await create(call, { actor, grant, owner: actor.account })
}

async function postOrganizationRepository(call: Call): Promise<Answer> {
  const actor = requireUser(call.actor)
  const { read } = call.app.store
  const organization = await findOrganization(read, call.params['org'] ?? '')
  const { role, grant } = await findStandingAt(read, actor, organization.id)
  if (role !== 'admin') {
    const message = 'You need admin access to the organization before adding a repository to it.'
    throw new Problem('forbidden', message)
  }
  return await create(call, { actor, grant, owner: organization })
}

type Creator = {
  readonly actor: UserActor
  readonly grant: Grant | undefined
  readonly owner: Account
}

async function create(call: Call, { actor, grant, owner }: Creator): Promise<Answer> {
  const { auto_init, ...request } = parseBody(call.body, newRepository, 'Repository')
  requireMaking(actor, grant, request.private)
  const firstAuthor = auto_init ? authorOf(actor.account, call.urls) : null
  const repository = await createRepository(call.app, owner, { ...request, firstAuthor })
  return created(fullRepository(repository, call.urls, permissionsOf('admin')))
}

/** `public_repo` makes what everybody may see; only `repo` makes what is private (contract 7.2). */
function requireMaking(
  { scopes }: Pick<UserActor, 'scopes'>,
  grant: Grant | undefined,
  isPrivate: boolean,
): void {
  const wanted = { scopes: [isPrivate ? 'repo' : 'public_repo'], permissions: administering }
  const lack = lackOf(wanted, { scopes, grant })
  if (lack) throw new Problem('forbidden', lack)
}

async function getRepository(call: RepositoryCall): Promise<Answer> {
  return answer(call, call.repository)
}

async function patchRepository(call: RepositoryCall): Promise<Answer> {
  const change = parseBody(call.body, repositoryChange, 'Repository')
  const { scopes, limits } = requireUser(call.actor)
  // Of a token with permissions the access asks what this takes.
  if (change.private && !limits) requireMaking({ scopes }, undefined, true)
  return answer(call, await changeRepository(call.app, call.repository, change))
}

async function deleteRepository(call: RepositoryCall): Promise<Answer> {
  await removeRepository(call.app, call.repository)
  return noContent
}

function answer(call: RepositoryCall, repository: Repository): Answer {
  const { actor, permission, urls } = call
  const shown = actor.kind === 'user' ? (permission ?? 'none') : 'nothing'
  const build = () => {
    const permissions = shown === 'nothing' ? undefined : permissionsOf(permission)
    return fullRepository(repository, urls, permissions)
  }
  return okKept(call, { from: [repository, urls, shown], build }, lastModified(repository))
}

const lastModified = onceFor(({ updated_at, pushed_at }: Repository) => {
  const newest = pushed_at !== null && pushed_at > updated_at ? pushed_at : updated_at
  return { 'last-modified': new Date(newest).toUTCString() }
})

async function listOwnRepositories(call: Call): Promise<Answer> {
  const { account } = requirePerson(call.actor)
  return await answerList(call, {
    subject: account,
    words: ownListWords(call.query),
    sort: 'full_name',
    url: `${call.urls.api}/user/repos`,
  })
}

async function listUserRepositories(call: Call): Promise<Answer> {
  const subject = await findAccount(call.app.store.read, call.params['username'] ?? '')
  return await answerList(call, {
    subject,
    words: userListWords(call.query),
    sort: 'full_name',
    url: `${call.urls.api}/users/${subject.login}/repos`,
  })
}

async function listOrganizationRepositories(call: Call): Promise<Answer> {
  const subject = await findOrganization(call.app.store.read, call.params['org'] ?? '')
  return await answerList(call, {
    subject,
    words: organizationListWords(call.query),
    sort: 'created',
    url: `${call.urls.api}/orgs/${subject.login}/repos`,
  })
}
