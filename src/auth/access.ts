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
  },
  'metadata:admin': {
    role: 'admin',
    privateScopes: ['repo'],
    publicScopes: ['public_repo'],
    accepted: '',
    archived: true,
  },
  /** Who may do what: GitHub shows it to those who may push. */
  'collaborators:read': {
    role: 'push',
    privateScopes: ['repo'],
    publicScopes: [],
    accepted: 'repo',
    archived: true,
  },
  'repository:delete': {
    role: 'admin',
    privateScopes: ['delete_repo'],
    publicScopes: ['delete_repo'],
    accepted: 'delete_repo',
    archived: true,
  },
  'code:read': {
    role: 'pull',
    privateScopes: ['repo'],
    publicScopes: [],
    accepted: '',
  },
  'code:write': {
    role: 'push',
    privateScopes: ['repo'],
    publicScopes: ['public_repo'],
    accepted: '',
  },
  'deployments:read': {
    role: 'pull',
    privateScopes: ['repo_deployment'],
    publicScopes: [],
    accepted: 'repo, repo_deployment',
  },
  'deployments:write': {
    role: 'push',
    privateScopes: ['repo_deployment'],
    publicScopes: ['repo_deployment', 'public_repo'],
    accepted: '',
  },
  'statuses:read': {
    role: 'pull',
    privateScopes: ['repo:status'],
    publicScopes: [],
    accepted: 'repo, repo:status',
  },
  'statuses:write': {
    role: 'push',
    privateScopes: ['repo:status'],
    publicScopes: ['repo:status', 'public_repo'],
    accepted: '',
  },
  'environments:read': {
    role: 'pull',
    privateScopes: ['repo'],
    publicScopes: [],
    accepted: '',
  },
  'environments:write': {
    role: 'admin',
    privateScopes: ['repo'],
    publicScopes: ['public_repo'],
    accepted: '',
  },
  'branches:protect': {
    role: 'admin',
    privateScopes: ['repo'],
    publicScopes: ['public_repo'],
    accepted: '',
    hidden: true,
  },
  /** Of secrets only their names. Variables go with them (contract 7.3). */
  'secrets:read': {
    role: 'push',
    privateScopes: ['repo'],
    publicScopes: ['repo'],
    accepted: 'repo',
    archived: true,
  },
  'secrets:write': {
    role: 'push',
    privateScopes: ['repo'],
    publicScopes: ['repo'],
    accepted: 'repo',
  },
  keys: {
    role: 'admin',
    privateScopes: ['repo'],
    publicScopes: ['public_repo'],
    accepted: '',
    hidden: true,
  },
  'hooks:read': {
    role: 'admin',
    privateScopes: hookReadScopes,
    publicScopes: [...hookReadScopes, 'public_repo'],
    accepted: 'admin:repo_hook, public_repo, read:repo_hook, repo, write:repo_hook',
    hidden: true,
  },
  'hooks:write': {
    role: 'admin',
    privateScopes: hookWriteScopes,
    publicScopes: [...hookWriteScopes, 'public_repo'],
    accepted: 'admin:repo_hook, public_repo, repo, write:repo_hook',
    hidden: true,
  },
  'hooks:delete': {
    role: 'admin',
    privateScopes: ['admin:repo_hook', 'repo'],
    publicScopes: ['admin:repo_hook', 'repo', 'public_repo'],
    accepted: 'admin:repo_hook, public_repo, repo',
    hidden: true,
  },
} as const satisfies Record<string, Access>

export type AccessName = keyof typeof access
