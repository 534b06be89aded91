import { aboutBodies, aboutConflicts } from './refused-bodies.ts'

/** Every kind of refusal that the contract documents (7.5, 8.3, 8.4), with a request that causes it. */
export type Refusal = {
  readonly why: string
  readonly ask: string
  /** Whose token, if any: see `openPlace`. */
  readonly as?: string
  readonly headers?: Readonly<Record<string, string>>
  /** JSON, or bytes as they are. */
  readonly body?: object | string
  readonly status: number
  readonly message: string
  readonly errors?: readonly unknown[]
  /** Of the page that `documentation_url` names. */
  readonly docs: string
}

const repos = '/repos/octo'
const deploy = `POST ${repos}/open/deployments`
const deploymentDocs = 'deployments/deployments#create-a-deployment'
const getDocs = 'repos/repos#get-a-repository'
const environment = {
  ask: `PUT ${repos}/open/environments/production`,
  docs: 'deployments/environments#create-or-update-an-environment',
} as const
const hidden = { status: 404, message: 'Not Found', docs: getDocs } as const
const aboutCallers: readonly Refusal[] = [
  {
    why: 'a token that is none',
    ask: `GET ${repos}/open`,
    as: 'nobody',
    status: 401,
    message: 'Bad credentials',
    docs: '',
  },
  {
    why: 'a token that has expired',
    ask: `GET ${repos}/open`,
    as: 'expired',
    status: 401,
    message: 'Bad credentials',
    docs: '',
  },
  {
    why: 'no token where one is needed',
    ask: deploy,
    status: 401,
    message: 'Requires authentication',
    docs: deploymentDocs,
  },
  {
    why: 'a token where an App must sign for itself',
    ask: 'GET /app/hook/config',
    as: 'octo',
    status: 401,
    message: 'A JSON web token could not be decoded',
    docs: 'apps/webhooks#get-a-webhook-configuration-for-an-app',
  },
  {
    why: 'an account that is suspended',
    ask: 'GET /user',
    as: 'suspended',
    status: 403,
    message: 'Sorry. Your account was suspended.',
    docs: '',
  },
  { why: 'what is private, without a token', ask: `GET ${repos}/secret`, ...hidden },
  { why: 'what is private, to a stranger', ask: `GET ${repos}/secret`, as: 'mona', ...hidden },
  { why: 'what is not there', ask: `GET ${repos}/gone`, as: 'mona', ...hidden },
  {
    why: 'what is private, by a token without the scope',
    ask: `GET ${repos}/secret`,
    as: 'octo by repo_deployment',
    ...hidden,
  },
  {
    why: 'what is private, by a fine-grained token that is not for it',
    ask: `GET ${repos}/secret`,
    as: 'octo by another repository',
    ...hidden,
  },
]

const aboutRights: readonly Refusal[] = [
  {
    why: 'a role that may not push',
    ask: deploy,
    as: 'mona',
    body: { ref: 'main' },
    status: 403,
    message: 'Must have push access to Repository.',
    docs: deploymentDocs,
  },
  {
    why: 'a role that may not administrate',
    ...environment,
    as: 'hubot',
    status: 403,
    message: 'Must have admin rights to Repository.',
  },
  {
    why: 'a role that may not administrate, where nothing is to be known',
    ask: `GET ${repos}/open/hooks`,
    as: 'hubot',
    status: 404,
    message: 'Not Found',
    docs: 'repos/webhooks#list-repository-webhooks',
  },
  {
    why: 'a scope that is missing',
    ask: deploy,
    as: 'octo without scopes',
    body: { ref: 'main' },
    status: 403,
    message: 'This token needs the scope repo_deployment or public_repo.',
    docs: deploymentDocs,
  },
  {
    why: 'a permission that an App is missing',
    ask: deploy,
    as: 'robot',
    body: { ref: 'main' },
    status: 403,
    message: 'Resource not accessible by integration',
    docs: deploymentDocs,
  },
  {
    why: 'a permission that a fine-grained token is missing',
    ask: deploy,
    as: 'octo by permission',
    body: { ref: 'main' },
    status: 403,
    message: 'Resource not accessible by personal access token',
    docs: deploymentDocs,
  },
  {
    why: 'who owns an organization not',
    ask: 'PATCH /orgs/acme',
    as: 'hubot',
    status: 403,
    message: 'You must be an owner of this organization.',
    docs: 'orgs/orgs#update-an-organization',
  },
  {
    why: 'what is archived',
    ask: `POST ${repos}/archived/deployments`,
    as: 'octo',
    body: { ref: 'main' },
    status: 403,
    message: 'Repository was archived so is read-only.',
    docs: deploymentDocs,
  },
]

const aboutRequests: readonly Refusal[] = [
  {
    why: 'a version that is none',
    ask: 'GET /meta',
    headers: { 'x-github-api-version': '2001-01-01' },
    status: 400,
    message:
      '"2001-01-01" is not a supported version of the API. Supported: 2022-11-28, 2026-03-10.',
    docs: '',
  },
  {
    why: 'an Accept that nothing meets',
    ask: 'GET /meta',
    headers: { accept: 'text/html' },
    status: 415,
    message: "Unsupported 'Accept' header: 'text/html'. Must accept 'application/json'.",
    docs: '',
  },
  { why: 'no such route', ask: 'GET /nowhere', status: 404, message: 'Not Found', docs: '' },
  { why: 'a slash too much', ask: 'GET /meta/', status: 404, message: 'Not Found', docs: '' },
  {
    why: 'what is not JSON',
    ask: deploy,
    as: 'octo',
    body: '{',
    status: 400,
    message: 'Problems parsing JSON',
    docs: deploymentDocs,
  },
  {
    why: 'JSON that is no object',
    ask: deploy,
    as: 'octo',
    body: '[]',
    status: 400,
    message: 'Body should be a JSON object',
    docs: deploymentDocs,
  },
  {
    why: 'a body that is too large',
    ask: deploy,
    as: 'octo',
    body: ' '.repeat(25 * 1024 * 1024 + 1),
    status: 413,
    message: 'The request body is larger than 25 MB.',
    docs: '',
  },
]

export const refusals: readonly Refusal[] = [
  ...aboutCallers,
  ...aboutRights,
  ...aboutRequests,
  ...aboutBodies,
  ...aboutConflicts,
]
