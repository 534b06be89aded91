import type { Check } from './model.ts'

const self = { username: '{login}' }
const hook = { hook_id: '{org_hook_id}' }
const variable = { name: '{org_variable}' }
const config = { url: 'https://example.com/org-hook', content_type: 'json', secret: 'hunter2' }

/** An organisation `{org}` that the token administers. What is made there is named after the repository. */
export const organizations: readonly Check[] = [
  {
    operation: 'orgs/get',
    says: 'what it is',
    status: 200,
    like: { login: '{org}', type: 'Organization' },
  },
  { operation: 'orgs/list-members', says: 'its members', status: 200 },
  {
    operation: 'orgs/check-membership-for-user',
    says: '204 for a member',
    parameters: self,
    status: 204,
  },
  {
    operation: 'orgs/get-membership-for-user',
    says: 'as what somebody is in it',
    parameters: self,
    status: 200,
    like: { state: 'active', role: 'admin', user: { login: '{login}' } },
  },
  { operation: 'orgs/list-public-members', says: 'who shows it', token: 'none', status: 200 },
  {
    operation: 'teams/create',
    says: 'makes a team',
    body: { name: '{repo}', privacy: 'closed' },
    status: 201,
    like: { name: '{repo}', privacy: 'closed' },
    keeps: { team_slug: 'slug' },
  },
  {
    operation: 'teams/create',
    says: '422 for a name that is taken',
    body: { name: '{repo}' },
    status: 422,
    like: { message: 'Validation Failed' },
  },
  { operation: 'teams/list', says: 'lists teams', status: 200 },
  {
    operation: 'teams/get-by-name',
    says: 'one',
    status: 200,
    like: { slug: '{team_slug}', organization: { login: '{org}' } },
  },
  {
    operation: 'teams/add-or-update-membership-for-user-in-org',
    says: 'takes somebody in',
    parameters: self,
    body: { role: 'maintainer' },
    status: 200,
    like: { state: 'active', role: 'maintainer' },
  },
  {
    operation: 'teams/list-members-in-org',
    says: 'who is in it',
    status: 200,
    like: [{ login: '{login}' }],
    count: 1,
  },
  {
    operation: 'teams/list-pending-invitations-in-org',
    says: 'who is invited',
    status: 200,
    count: 0,
  },
  { operation: 'teams/delete-in-org', says: 'deletes it', status: 204 },
  { operation: 'teams/get-by-name', says: '404 for what was deleted', status: 404 },
  {
    operation: 'orgs/create-webhook',
    says: 'takes a webhook, and masks its secret',
    body: { name: 'web', config, events: ['deployment'] },
    status: 201,
    like: { type: 'Organization', events: ['deployment'], config: { secret: '********' } },
    keeps: { org_hook_id: 'id' },
  },
  {
    operation: 'orgs/get-webhook',
    says: 'one',
    parameters: hook,
    status: 200,
    like: { id: '{org_hook_id}' },
  },
  { operation: 'orgs/delete-webhook', says: 'deletes it', parameters: hook, status: 204 },
  {
    operation: 'actions/create-org-variable',
    says: 'takes a variable',
    body: { name: '{org_variable}', value: 'eu', visibility: 'private' },
    status: 201,
  },
  {
    operation: 'actions/get-org-variable',
    says: 'its value, and who sees it',
    parameters: variable,
    status: 200,
    like: { name: '{org_variable}', value: 'eu', visibility: 'private' },
  },
  {
    operation: 'actions/delete-org-variable',
    says: 'deletes it',
    parameters: variable,
    status: 204,
  },
  {
    operation: 'actions/get-org-variable',
    says: '404 for what was deleted',
    parameters: variable,
    status: 404,
  },
]

const byApp = { ref: 'main', auto_merge: false, required_contexts: [], environment: 'by-app' }

/** An App `{app_id}`, installed where the repository is, that may write checks and deployments (contract 7.8, 9.2). */
export const apps: readonly Check[] = [
  {
    operation: 'apps/get-authenticated',
    says: 'which App it is',
    token: 'app',
    status: 200,
    like: { id: '{app_id}' },
    keeps: { app_slug: 'slug' },
  },
  { operation: 'apps/get-authenticated', says: '401 for a person', status: 401 },
  {
    operation: 'apps/get-repo-installation',
    says: 'where it is installed',
    token: 'app',
    status: 200,
    like: { app_id: '{app_id}', app_slug: '{app_slug}' },
    keeps: { installation_id: 'id' },
  },
  {
    operation: 'apps/create-installation-access-token',
    says: 'gives it a token for one repository',
    token: 'app',
    body: { repositories: ['{repo}'] },
    status: 201,
    like: { token: /./, expires_at: /Z$/, repository_selection: 'selected' },
    keeps: { installation_token: 'token' },
  },
  {
    operation: 'apps/create-installation-access-token',
    says: '422 for a repository that it is not installed on',
    token: 'app',
    body: { repositories: ['{repo}-is-not-there'] },
    status: 422,
  },
  {
    operation: 'apps/list-repos-accessible-to-installation',
    says: 'what the token is for',
    token: 'installation',
    status: 200,
    like: { total_count: 1, repositories: [{ name: '{repo}' }] },
  },
  {
    operation: 'checks/create',
    says: '403 for a person',
    body: { name: 'conformance', head_sha: '{sha}' },
    status: 403,
  },
  {
    operation: 'checks/create',
    says: 'takes a check run',
    token: 'installation',
    body: { name: 'conformance', head_sha: '{sha}', status: 'in_progress' },
    status: 201,
    like: { name: 'conformance', conclusion: null, app: { slug: '{app_slug}' } },
    keeps: { check_run_id: 'id' },
  },
  {
    operation: 'checks/update',
    says: 'how it ended',
    token: 'installation',
    body: { status: 'completed', conclusion: 'success' },
    status: 200,
    like: { status: 'completed', conclusion: 'success' },
  },
  {
    operation: 'checks/list-for-ref',
    says: 'those of a commit',
    parameters: { ref: '{sha}' },
    status: 200,
    like: { check_runs: [{ id: '{check_run_id}' }] },
  },
  {
    operation: 'repos/create-deployment',
    says: 'names the App that asked',
    token: 'installation',
    body: byApp,
    status: 201,
    like: {
      creator: { login: '{app_slug}[bot]', type: 'Bot' },
      performed_via_github_app: { slug: '{app_slug}' },
    },
  },
  {
    operation: 'apps/revoke-installation-access-token',
    says: 'takes the token back',
    token: 'installation',
    status: 204,
  },
  {
    operation: 'apps/list-repos-accessible-to-installation',
    says: '401 for what was taken back',
    token: 'installation',
    status: 401,
  },
]
