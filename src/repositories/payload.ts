import type { components } from '@octokit/openapi-types'
import type { Account } from '../accounts/model.ts'
import { organizationSimple, simpleUser } from '../accounts/payload.ts'
import type { Permission } from '../auth/model.ts'
import { nodeId } from '../lib/node-id.ts'
import { toSecond } from '../lib/time.ts'
import type { Urls } from '../lib/urls.ts'
import { keepJson } from '../recent/kept-json.ts'
import { onceForBoth } from '../recent/once-for.ts'
import { fullNameOf, type Repository } from './model.ts'

type Schemas = components['schemas']

/**
 * A repository as events and lists show it. Nothing may be added: GitHub's
 * schemas of webhook payloads are closed.
 */
export function repositoryPayload(repository: Repository, urls: Urls) {
  return {
    ...minimalRepository(repository, urls),
    ...timesOf(repository),
    ...cloneUrls(repository, urls),
    homepage: repository.homepage,
    ...absent,
    archived: repository.archived === 1,
    disabled: false,
    visibility: visibilityOf(repository),
    default_branch: repository.default_branch,
    custom_properties: {},
  } satisfies Schemas['repository'] & { custom_properties: object }
}

type Sender = Parameters<typeof simpleUser>[0]

/** The members that every event of a repository has (contract 6.8). */
export const eventFrame = (repository: Repository, sender: Sender, urls: Urls) => ({
  ...frameOf(urls, repository),
  sender: senderOf(urls, sender),
})

const frameOf = onceForBoth((urls: Urls, repository: Repository) => {
  const { owner } = repository
  return {
    repository: keepJson(repositoryPayload(repository, urls)),
    ...(owner.type === 'Organization'
      ? { organization: keepJson(organizationSimple(owner, urls)) }
      : {}),
  }
})

const senderOf = onceForBoth((urls: Urls, sender: Sender) => keepJson(simpleUser(sender, urls)))

/** What `GET`, `POST` and `PATCH` of one repository answer. Whoever is not signed in has no `permissions`. */
export function fullRepository(
  repository: Repository,
  urls: Urls,
  permissions: Permissions | undefined,
) {
  const { owner } = repository
  return {
    ...repositoryPayload(repository, urls),
    ...(permissions ? { permissions } : {}),
    ...(owner.type === 'Organization' ? { organization: simpleUser(owner, urls) } : {}),
    has_pull_requests: false,
    network_count: 0,
    subscribers_count: 0,
  } satisfies Schemas['full-repository']
}

/** An item of the lists of repositories. */
export function listedRepository(
  repository: Repository,
  urls: Urls,
  permissions: Permissions | undefined,
) {
  return {
    ...repositoryPayload(repository, urls),
    ...(permissions ? { permissions } : {}),
  } satisfies Schemas['repository']
}

type Permissions = ReturnType<typeof permissionsOf>

/** For a caller who may see the repository: without a permission of their own they may read it. */
export function permissionsOf(permission: Permission | undefined) {
  const mayPush = permission === 'admin' || permission === 'push'
  const isAdmin = permission === 'admin'
  return { admin: isAdmin, maintain: isAdmin, push: mayPush, triage: mayPush, pull: true }
}

/** What names a repository, and all of its addresses: the repository within a combined status. */
export function minimalRepository(repository: Repository, urls: Urls) {
  return {
    id: repository.id,
    node_id: nodeId('R', repository.id),
    name: repository.name,
    full_name: fullNameOf(repository),
    private: repository.private === 1,
    owner: simpleUser(repository.owner, urls),
    html_url: `${urls.web}/${fullNameOf(repository)}`,
    description: repository.description,
    fork: false,
    ...apiUrls(`${urls.api}/repos/${fullNameOf(repository)}`),
  } satisfies Schemas['minimal-repository']
}

/** Typed clients require every address, also of what this server does not have (contract 10). */
const apiUrls = (url: string) => ({
  url,
  forks_url: `${url}/forks`,
  keys_url: `${url}/keys{/key_id}`,
  collaborators_url: `${url}/collaborators{/collaborator}`,
  teams_url: `${url}/teams`,
  hooks_url: `${url}/hooks`,
  issue_events_url: `${url}/issues/events{/number}`,
  events_url: `${url}/events`,
  assignees_url: `${url}/assignees{/user}`,
  branches_url: `${url}/branches{/branch}`,
  tags_url: `${url}/tags`,
  blobs_url: `${url}/git/blobs{/sha}`,
  git_tags_url: `${url}/git/tags{/sha}`,
  git_refs_url: `${url}/git/refs{/sha}`,
  trees_url: `${url}/git/trees{/sha}`,
  statuses_url: `${url}/statuses/{sha}`,
  languages_url: `${url}/languages`,
  stargazers_url: `${url}/stargazers`,
  contributors_url: `${url}/contributors`,
  subscribers_url: `${url}/subscribers`,
  subscription_url: `${url}/subscription`,
  commits_url: `${url}/commits{/sha}`,
  git_commits_url: `${url}/git/commits{/sha}`,
  comments_url: `${url}/comments{/number}`,
  issue_comment_url: `${url}/issues/comments{/number}`,
  contents_url: `${url}/contents/{+path}`,
  compare_url: `${url}/compare/{base}...{head}`,
  merges_url: `${url}/merges`,
  archive_url: `${url}/{archive_format}{/ref}`,
  downloads_url: `${url}/downloads`,
  issues_url: `${url}/issues{/number}`,
  pulls_url: `${url}/pulls{/number}`,
  milestones_url: `${url}/milestones{/number}`,
  notifications_url: `${url}/notifications{?since,all,participating}`,
  labels_url: `${url}/labels{/name}`,
  releases_url: `${url}/releases{/id}`,
  deployments_url: `${url}/deployments`,
})

/** A repository that nobody has pushed to was "pushed" when it was made: clients expect a time. */
const timesOf = ({ created_at, updated_at, pushed_at }: Repository) => ({
  created_at: toSecond(created_at),
  updated_at: toSecond(updated_at),
  pushed_at: toSecond(pushed_at ?? created_at),
})

/** `git_url` and `svn_url` are there because clients require them; nothing listens behind them. */
function cloneUrls(repository: Repository, urls: Urls) {
  const fullName = fullNameOf(repository)
  return {
    git_url: `git://${urls.web.split('/')[2]}/${fullName}.git`,
    ssh_url: `${urls.ssh}/${fullName}.git`,
    clone_url: `${urls.web}/${fullName}.git`,
    svn_url: `${urls.web}/${fullName}`,
  }
}

const visibilityOf = (repository: Repository): 'private' | 'public' =>
  repository.private === 1 ? 'private' : 'public'

/** What a forge has and the deployments half of one has not. */
const absent = {
  size: 0,
  stargazers_count: 0,
  watchers_count: 0,
  language: null,
  has_issues: false,
  has_projects: false,
  has_downloads: false,
  has_wiki: false,
  has_pages: false,
  has_discussions: false,
  forks_count: 0,
  mirror_url: null,
  open_issues_count: 0,
  license: null,
  allow_forking: false,
  is_template: false,
  web_commit_signoff_required: false,
  topics: [],
  forks: 0,
  open_issues: 0,
  watchers: 0,
}

const roleNames = { pull: 'read', push: 'write', admin: 'admin' } as const

/** `none` for whoever may not even read. */
export function collaboratorPayload(
  account: Account,
  urls: Urls,
  permission: Permission | undefined,
) {
  const user = listedCollaborator(account, urls, permission)
  const role = user.role_name
  return {
    permission: role,
    user,
    role_name: role,
  } satisfies Schemas['repository-collaborator-permission']
}

/** An item of the list of collaborators. */
export function listedCollaborator(
  account: Account,
  urls: Urls,
  permission: Permission | undefined,
) {
  const role = permission === undefined ? 'none' : roleNames[permission]
  const permissions = { ...permissionsOf(permission), pull: permission !== undefined }
  return {
    ...simpleUser(account, urls),
    permissions,
    role_name: role,
  } satisfies Schemas['collaborator']
}
