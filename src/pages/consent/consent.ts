import { html } from 'ghtml'
import { permissionsIn } from '../../auth/permissions.ts'
import type { Client } from '../../oauth/oauth-apps/model.ts'

type Words = { readonly gives: string; readonly not?: string }

/** What each scope lets a program do here, and what people might fear that it does not. */
const scopeWords: Readonly<Record<string, Words>> = {
  repo: {
    gives:
      'Everything in your repositories, private ones too: code, deployments, environments, secrets and settings',
    not: 'deleting a repository',
  },
  'repo:status': {
    gives: 'Read and write commit statuses, in private repositories too',
    not: 'code',
  },
  repo_deployment: {
    gives: 'Read and write deployments and their statuses, in private repositories too',
    not: 'code: it can neither read nor change it',
  },
  public_repo: {
    gives: 'Code, deployments and statuses of public repositories',
    not: 'anything in private repositories',
  },
  'repo:invite': { gives: 'Accept and decline invitations to repositories' },
  security_events: { gives: 'Read and write security events' },
  'admin:repo_hook': { gives: 'Read, write and delete the hooks of repositories', not: 'code' },
  'write:repo_hook': { gives: 'Read and write the hooks of repositories', not: 'code' },
  'read:repo_hook': { gives: 'Read the hooks of repositories', not: 'changing them, or code' },
  'admin:org': { gives: 'Administer organizations, their members and teams' },
  'write:org': { gives: 'Read and change who is in your organizations and their teams' },
  'read:org': { gives: 'See which organizations and teams you are in', not: 'changing them' },
  'manage_runners:org': { gives: 'Manage the runners of organizations' },
  'admin:org_hook': { gives: 'Read, write and delete the hooks of organizations' },
  'admin:public_key': { gives: 'Read, write and delete your public keys' },
  'write:public_key': { gives: 'Read and add your public keys' },
  'read:public_key': { gives: 'Read your public keys' },
  user: { gives: 'Read and change your profile' },
  'read:user': { gives: 'Read your profile', not: 'changing it' },
  'user:email': { gives: 'Read your email address' },
  'user:follow': { gives: 'Follow and unfollow others' },
  delete_repo: { gives: 'Delete repositories that you administer' },
  workflow: { gives: 'Change files of workflows' },
  audit_log: { gives: 'Read the audit logs of what you administer' },
  'read:audit_log': { gives: 'Read the audit logs of what you administer' },
  site_admin: { gives: 'Administer the whole server, as its site administrators may' },
}

/** Undefined for a scope of something that is not here. */
export const wordsOfScope = (scope: string): Words | undefined => scopeWords[scope]

const nothingHere = 'Nothing on this server: it has no such thing'

/** The list of what a client asks for, in words. */
export function permissionList(
  { kind, permissions }: Pick<Client, 'kind' | 'permissions'>,
  scopes: readonly string[],
): string {
  if (kind === 'github-app') return appPermissionList(permissions)
  return scopeList(scopes)
}

/** The same of a token that has scopes. */
export function scopeList(scopes: readonly string[]): string {
  const items = scopes.map((scope) => {
    const { gives, not } = scopeWords[scope] ?? { gives: nothingHere }
    return html`<li><strong>${gives}</strong> <code class="muted">${scope}</code>!${not === undefined ? '' : html`<div class="muted">Not ${not}</div>`}</li>`
  })
  if (items.length === 0) {
    items.push(
      html`<li><strong>See what is public, and who you are</strong><div class="muted">Nothing private, and no changes</div></li>`,
    )
  }
  return html`<ul class="plain">!${items.join('')}</ul>`
}

/** Of a GitHub App: as you, and only where it is installed. */
function appPermissionList(permissions: string | null): string {
  return html`<p>Act as you, in repositories where it is installed, and never beyond what you may do yourself:</p>
<ul class="plain">!${permissionItems(permissionsIn(permissions))}</ul>`
}

/** What the permissions of a GitHub App are about, where their names do not say it. */
const permissionWords: Readonly<Record<string, string>> = {
  actions: 'reviews of deployments that wait',
  actions_variables: 'variables of repositories',
  administration: 'settings of repositories, their deploy keys and collaborators',
  checks: 'checks of commits',
  contents: 'code, branches and tags',
  deployments: 'deployments and their statuses',
  environments: 'environments, their rules, secrets and variables',
  metadata: 'what repositories are called',
  members: 'members and teams of organizations',
  organization_actions_variables: 'variables of organizations',
  organization_administration: 'settings of organizations',
  organization_hooks: 'hooks of organizations',
  organization_secrets: 'names of secrets of organizations, and new values for them',
  repository_hooks: 'hooks of repositories',
  secrets: 'names of secrets, and new values for them',
  statuses: 'commit statuses',
}

/** Whether there is anything on this server that a permission is about. */
export const isPermissionHere = (name: string): boolean => Object.hasOwn(permissionWords, name)

export const permissionAbout = (name: string): string =>
  permissionWords[name] ?? name.replaceAll('_', ' ')

const levelWords: Readonly<Record<string, string>> = {
  read: 'Read',
  write: 'Read and write',
  admin: 'Administer',
}

/** Each permission of a GitHub App as an item of a list. */
export const permissionItems = (permissions: Readonly<Record<string, string>>): string =>
  Object.entries(permissions)
    .map(([name, level]) => {
      return html`<li><strong>${levelWords[level] ?? level}</strong> ${permissionAbout(name)} <code class="muted">${name}</code></li>`
    })
    .join('')
