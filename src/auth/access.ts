import type { Access } from './model.ts'

const hookReadScopes = ['read:repo_hook', 'repo']
const hookWriteScopes = ['write:repo_hook', 'repo']

/**
 * Every kind of access there is; a route names one. The scopes are GitHub's
 * ("Scopes for OAuth apps"): what lets a token see deployments is not what lets
 * it see code.
 */
export const access = {
  metadata: {
    role: 'pull',
    privateScopes: ['repo'],
    publicScopes: [],
    accepted: 'repo',
    permissions: 'metadata=read',
  },
  'metadata:admin': {
    role: 'admin',
    privateScopes: ['repo'],
    publicScopes: ['public_repo'],
    accepted: '',
    permissions: 'administration=write',
    archived: true,
  },
  /** Who may do what: GitHub shows it to those who may push. */
  'collaborators:read': {
    role: 'push',
    privateScopes: ['repo'],
    publicScopes: [],
    accepted: 'repo',
    permissions: 'metadata=read',
    archived: true,
  },
  'repository:delete': {
    role: 'admin',
    privateScopes: ['delete_repo'],
    publicScopes: ['delete_repo'],
    accepted: 'delete_repo',
    permissions: 'administration=write',
    archived: true,
  },
  'code:read': {
    role: 'pull',
    privateScopes: ['repo'],
    publicScopes: [],
    accepted: '',
    permissions: 'contents=read',
  },
  'code:write': {
    role: 'push',
    privateScopes: ['repo'],
    publicScopes: ['public_repo'],
    accepted: '',
    permissions: 'contents=write',
  },
  'deployments:read': {
    role: 'pull',
    privateScopes: ['repo_deployment'],
    publicScopes: [],
    accepted: 'repo, repo_deployment',
    permissions: 'deployments=read',
  },
  'deployments:write': {
    role: 'push',
    privateScopes: ['repo_deployment'],
    publicScopes: ['repo_deployment', 'public_repo'],
    accepted: '',
    permissions: 'deployments=write',
  },
  /** By whom is a matter of the environment's rules, not of a role: the handlers ask. */
  'deployments:review': {
    role: 'pull',
    privateScopes: ['repo'],
    publicScopes: ['repo', 'public_repo'],
    accepted: '',
    permissions: 'deployments=write',
  },
  /** No scope suffices: the App of a custom rule alone answers for it. The handler says so. */
  'deployments:gate': {
    role: 'push',
    privateScopes: ['repo'],
    publicScopes: ['repo'],
    accepted: 'repo',
    permissions: 'deployments=write',
  },
  /** To run a deployment, and so to read its secrets: those who may push alone, on a public repository too. */
  'deployments:claim': {
    role: 'push',
    privateScopes: ['repo_deployment'],
    publicScopes: ['repo_deployment'],
    accepted: 'repo, repo_deployment',
    permissions: 'deployments=write',
  },
  'statuses:read': {
    role: 'pull',
    privateScopes: ['repo:status'],
    publicScopes: [],
    accepted: 'repo, repo:status',
    permissions: 'statuses=read',
  },
  'statuses:write': {
    role: 'push',
    privateScopes: ['repo:status'],
    publicScopes: ['repo:status', 'public_repo'],
    accepted: '',
    permissions: 'statuses=write',
  },
  'checks:read': {
    role: 'pull',
    privateScopes: ['repo'],
    publicScopes: [],
    accepted: 'repo',
    permissions: 'checks=read',
  },
  /** No scope suffices: a GitHub App alone writes checks. The handlers say so. */
  'checks:write': {
    role: 'push',
    privateScopes: ['repo'],
    publicScopes: ['repo'],
    accepted: 'repo',
    permissions: 'checks=write',
  },
  'environments:read': {
    role: 'pull',
    privateScopes: ['repo'],
    publicScopes: [],
    accepted: '',
    permissions: 'actions=read',
  },
  'environments:write': {
    role: 'admin',
    privateScopes: ['repo'],
    publicScopes: ['public_repo'],
    accepted: '',
    permissions: 'administration=write',
  },
  /** Which Apps could protect one. */
  'environments:apps': {
    role: 'admin',
    privateScopes: ['repo'],
    publicScopes: ['public_repo'],
    accepted: '',
    permissions: 'administration=read',
    archived: true,
  },
  'protection:read': {
    role: 'admin',
    privateScopes: ['repo'],
    publicScopes: ['public_repo'],
    accepted: '',
    permissions: 'administration=read',
    hidden: true,
    archived: true,
  },
  /** Addresses of people are in it: for a public repository as well it takes all of `repo`. */
  'audit:read': {
    role: 'admin',
    privateScopes: ['repo'],
    publicScopes: ['repo'],
    accepted: 'repo',
    permissions: 'administration=read',
    hidden: true,
    archived: true,
  },
  'protection:write': {
    role: 'admin',
    privateScopes: ['repo'],
    publicScopes: ['public_repo'],
    accepted: '',
    permissions: 'administration=write',
    hidden: true,
  },
  /** Of secrets only their names. Variables go with them (contract 7.3). */
  'secrets:read': {
    role: 'push',
    privateScopes: ['repo'],
    publicScopes: ['repo'],
    accepted: 'repo',
    permissions: 'secrets=read',
    archived: true,
  },
  'secrets:write': {
    role: 'push',
    privateScopes: ['repo'],
    publicScopes: ['repo'],
    accepted: 'repo',
    permissions: 'secrets=write',
  },
  'variables:read': {
    role: 'push',
    privateScopes: ['repo'],
    publicScopes: ['repo'],
    accepted: 'repo',
    permissions: 'actions_variables=read',
    archived: true,
  },
  'variables:write': {
    role: 'push',
    privateScopes: ['repo'],
    publicScopes: ['repo'],
    accepted: 'repo',
    permissions: 'actions_variables=write',
  },
  /** An environment has one permission for both its secrets and its variables. */
  'environment-secrets:read': {
    role: 'push',
    privateScopes: ['repo'],
    publicScopes: ['repo'],
    accepted: 'repo',
    permissions: 'environments=read',
    archived: true,
  },
  'environment-secrets:write': {
    role: 'push',
    privateScopes: ['repo'],
    publicScopes: ['repo'],
    accepted: 'repo',
    permissions: 'environments=write',
  },
  'keys:read': {
    role: 'admin',
    privateScopes: ['repo'],
    publicScopes: ['public_repo'],
    accepted: '',
    permissions: 'administration=read',
    hidden: true,
    archived: true,
  },
  'keys:write': {
    role: 'admin',
    privateScopes: ['repo'],
    publicScopes: ['public_repo'],
    accepted: '',
    permissions: 'administration=write',
    hidden: true,
  },
  'hooks:read': {
    role: 'admin',
    privateScopes: hookReadScopes,
    publicScopes: [...hookReadScopes, 'public_repo'],
    accepted: 'admin:repo_hook, public_repo, read:repo_hook, repo, write:repo_hook',
    permissions: 'repository_hooks=read',
    hidden: true,
    archived: true,
  },
  'hooks:write': {
    role: 'admin',
    privateScopes: hookWriteScopes,
    publicScopes: [...hookWriteScopes, 'public_repo'],
    accepted: 'admin:repo_hook, public_repo, repo, write:repo_hook',
    permissions: 'repository_hooks=write',
    hidden: true,
  },
  'hooks:delete': {
    role: 'admin',
    privateScopes: ['admin:repo_hook', 'repo'],
    publicScopes: ['admin:repo_hook', 'repo', 'public_repo'],
    accepted: 'admin:repo_hook, public_repo, repo',
    permissions: 'repository_hooks=write',
    hidden: true,
  },
} as const satisfies Record<string, Access>

export type AccessName = keyof typeof access
