import type { Refusal } from './refusals.ts'

/** What is refused for what was sent, or for what is there already. */

const repos = '/repos/octo'
const deploy = `POST ${repos}/open/deployments`
const deploymentDocs = 'deployments/deployments#create-a-deployment'
const schema = (tail: string) => ({
  ask: deploy,
  as: 'octo',
  status: 422,
  message: `Invalid request.\n\n${tail}`,
  docs: deploymentDocs,
})

export const aboutBodies: readonly Refusal[] = [
  { why: 'no body at all', ...schema("For 'links/0/schema', nil is not an object.") },
  { why: 'a field that is missing', body: {}, ...schema('"ref" wasn\'t supplied.') },
  {
    why: 'a field of the wrong type',
    body: { ref: null },
    ...schema("For 'properties/ref', nil is not a string."),
  },
  {
    why: 'a field that is wrong in itself',
    ask: `POST ${repos}/open/hooks`,
    as: 'octo',
    body: { name: 'mail' },
    status: 422,
    message: 'Validation Failed',
    errors: [{ resource: 'Hook', field: 'name', code: 'invalid' }],
    docs: 'repos/webhooks#create-a-repository-webhook',
  },
  {
    why: 'a fault with a message of its own',
    ask: `POST ${repos}/open/hooks`,
    as: 'octo',
    body: { name: 'web', config: {} },
    status: 422,
    message: 'Validation Failed',
    errors: [{ resource: 'Hook', code: 'custom', message: 'Config must contain URL for webhooks' }],
    docs: 'repos/webhooks#create-a-repository-webhook',
  },
  {
    why: 'what is there already',
    ask: 'POST /orgs/acme/teams',
    as: 'octo',
    body: { name: 'web' },
    status: 422,
    message: 'Validation Failed',
    errors: [{ resource: 'Team', field: 'name', code: 'already_exists' }],
    docs: 'teams/teams#create-a-team',
  },
  {
    why: 'a name that is taken',
    ask: 'POST /user/repos',
    as: 'octo',
    body: { name: 'open' },
    status: 422,
    message: 'Repository creation failed.',
    errors: [
      {
        resource: 'Repository',
        field: 'name',
        code: 'custom',
        message: 'name already exists on this account',
      },
    ],
    docs: 'repos/repos#create-a-repository-for-the-authenticated-user',
  },
  {
    why: 'a ref that is not there',
    ask: deploy,
    as: 'octo',
    body: { ref: 'gone' },
    status: 422,
    message: 'No ref found for: gone',
    docs: deploymentDocs,
  },
  {
    why: 'a deployment that is active, in a plain sentence',
    ask: `DELETE ${repos}/open/deployments/:active`,
    as: 'octo',
    status: 422,
    message: 'Validation Failed',
    errors: [
      'We cannot delete an active deployment unless it is the only deployment in a given environment.',
    ],
    docs: 'deployments/deployments#delete-a-deployment',
  },
]

export const aboutConflicts: readonly Refusal[] = [
  {
    why: 'contexts that have not succeeded',
    ask: deploy,
    as: 'octo',
    body: { ref: 'main', required_contexts: ['build'] },
    status: 409,
    message: 'Conflict: Commit status checks failed for main.',
    errors: [
      {
        contexts: [{ context: 'build', state: 'failure' }],
        resource: 'Deployment',
        field: 'required_contexts',
        code: 'invalid',
      },
    ],
    docs: deploymentDocs,
  },
  {
    why: 'a default branch that cannot be merged into the ref',
    ask: deploy,
    as: 'octo',
    body: { ref: 'topic', required_contexts: [] },
    status: 409,
    message: 'Conflict merging main into topic.',
    docs: deploymentDocs,
  },
  {
    why: 'branches that cannot be merged',
    ask: `POST ${repos}/open/merges`,
    as: 'octo',
    body: { base: 'topic', head: 'main' },
    status: 409,
    message: 'Merge conflict',
    docs: 'branches/branches#merge-a-branch',
  },
  {
    why: 'a repository without a commit',
    ask: `GET ${repos}/empty/commits`,
    as: 'octo',
    status: 409,
    message: 'Git Repository is empty.',
    docs: 'commits/commits#list-commits',
  },
  {
    why: 'a variable that is there already',
    ask: `POST ${repos}/open/actions/variables`,
    as: 'octo',
    body: { name: 'COLOUR', value: 'blue' },
    status: 409,
    message: 'Already exists - a variable has this name',
    docs: 'actions/variables#create-a-repository-variable',
  },
]
