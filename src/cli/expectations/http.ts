import type { Check } from './model.ts'

/** What a server says of itself. */
export const meta: readonly Check[] = [
  {
    operation: 'meta/root',
    says: 'lists where everything is',
    status: 200,
    like: { current_user_url: /\/user$/, repository_url: /\/repos\/\{owner\}\/\{repo\}$/ },
    headers: { 'x-oauth-scopes': /^[\w:, ]*$/ },
  },
  {
    operation: 'meta/get',
    says: 'says whether passwords are taken',
    status: 200,
    like: { verifiable_password_authentication: /^(true|false)$/ },
  },
  { operation: 'meta/get-zen', says: 'says something wise', status: 200, accept: '*/*' },
  { operation: 'meta/get-octocat', says: 'draws something', status: 200, accept: '*/*' },
  {
    operation: 'meta/get-all-versions',
    says: 'lists the versions of the API by date',
    status: 200,
    like: [/^\d{4}-\d\d-\d\d$/],
  },
  {
    operation: 'users/get-authenticated',
    says: 'whose token it is',
    status: 200,
    like: { login: '{login}', type: 'User' },
  },
  {
    operation: 'users/get-by-username',
    says: 'somebody by login',
    parameters: { username: '{login}' },
    status: 200,
    like: { login: '{login}' },
  },
]

/** How all operations talk (contract 7.5, 8.4–8.6). */
export const http: readonly Check[] = [
  {
    operation: 'users/get-authenticated',
    says: '401 without a token, and says that one is needed',
    token: 'none',
    status: 401,
    like: { message: 'Requires authentication', status: '401', documentation_url: /^https:/ },
  },
  {
    operation: 'users/get-authenticated',
    says: '401 for a wrong token',
    token: 'wrong',
    status: 401,
    like: { message: 'Bad credentials' },
  },
  {
    operation: 'repos/get',
    says: '404 for what is not there',
    parameters: { repo: '{repo}-is-not-there' },
    status: 404,
    like: { message: 'Not Found', status: '404' },
  },
  {
    operation: 'repos/get',
    says: '304 while nothing changed',
    status: 200,
    isConditional: true,
    like: { full_name: '{owner}/{repo}', default_branch: 'main' },
  },
  {
    operation: 'repos/get',
    says: 'with the standard headers',
    status: 200,
    headers: {
      'x-github-request-id': /./,
      'x-github-media-type': /^github\.v3/,
      'x-oauth-scopes': /^[\w:, ]*$/,
      'x-content-type-options': /^nosniff$/,
      'access-control-allow-origin': /^\*$/,
    },
  },
  {
    operation: 'repos/create-deployment',
    says: '400 for a body that is no JSON',
    rawBody: '{',
    status: 400,
    like: { message: 'Problems parsing JSON' },
  },
  {
    operation: 'repos/create-deployment',
    says: '400 for a body that is no object',
    rawBody: '[]',
    status: 400,
    like: { message: /JSON/ },
  },
  {
    operation: 'repos/list-deployments',
    says: 'an empty list is a list',
    status: 200,
    count: 0,
  },
  {
    operation: 'repos/list-deployments',
    says: 'a page beyond the end is empty',
    query: 'page=99',
    status: 200,
    count: 0,
  },
]
