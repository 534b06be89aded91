import { administrating, hiding, pushing, reading } from './permission-rows.ts'
import { anonymous, type Group, otherPermissions, rest } from './scope-model.ts'

/** Who may change them may know of them, and nobody else. */
const secretRows: Group['rows'] = [
  ['repo', '                  ok   ok   403  403 ', 'ok   ok   403  404'],
  [anonymous, '               401                ', '401               '],
  [rest, '                    403  403  403  403 ', '404  404  404  404'],
]

const configuring: Group['rows'] = [
  ['repo', '                  ok   403  403  403 ', 'ok   403  403  404'],
  ['public_repo', '           ok   403  403  403 ', '404  404  404  404'],
  [anonymous, '               401                ', '401               '],
  [rest, '                    403  403  403  403 ', '404  404  404  404'],
]

/** Whoever may not administrate does not hear of them. */
const hiddenRows: Group['rows'] = [
  ['repo', '                  ok   404  404  404 ', 'ok   404  404  404'],
  ['public_repo', '           ok   404  404  404 ', '404  404  404  404'],
  [anonymous, '               401                ', '401               '],
  [rest, '                    404  404  404  404 ', '404  404  404  404'],
]

/** The part of the table that is about what a repository is set up with. */
export const settings: readonly Group[] = [
  {
    what: 'environments: reading',
    requests: {
      'GET /environments': 200,
      'GET /environments/:environment_name': 200,
      'GET /environments/:environment_name/deployment-branch-policies': 200,
      'GET /environments/:environment_name/deployment-branch-policies/:branch_policy_id': 200,
      'GET /environments/:environment_name/deployment_protection_rules': 200,
      'GET /environments/:environment_name/deployment_protection_rules/:protection_rule_id': 200,
      'GET /actions/runs/:run_id/pending_deployments': 200,
      'GET /actions/runs/:run_id/approvals': 200,
    },
    rows: [
      ['repo', '                  ok   ok   ok   ok  ', 'ok   ok   ok   404'],
      [anonymous, '               ok                 ', '404               '],
      [rest, '                    ok   ok   ok   ok  ', '404  404  404  404'],
      ...reading('actions'),
    ],
  },
  {
    what: 'reviewing a deployment that waits, which is for those whom its environment names',
    requests: { 'POST /actions/runs/:run_id/pending_deployments': 422 },
    rows: [
      ['repo', '                  ok   ok   ok   ok  ', 'ok   ok   ok   404'],
      ['public_repo', '           ok   ok   ok   ok  ', '404  404  404  404'],
      [anonymous, '               401                ', '404               '],
      [rest, '                    403  403  403  403 ', '404  404  404  404'],
      ['deployments=write', '     ok   ok   ok   ok  ', 'ok   ok   ok   404'],
      [otherPermissions, '        403  403  403  403 ', '403  403  403  404'],
    ],
  },
  {
    what: 'answering for a rule, which is for its App alone',
    requests: { 'POST /actions/runs/:run_id/deployment_protection_rule': 204 },
    rows: [
      ['repo', '                  403  403  403  403 ', '403  403  403  404'],
      [anonymous, '               401                ', '401               '],
      [rest, '                    403  403  403  403 ', '404  404  404  404'],
      ['deployments=write', '     403  403  403  403 ', '403  403  403  404'],
      [otherPermissions, '        403  403  403  403 ', '403  403  403  404'],
    ],
  },
  {
    what: 'environments: configuring',
    requests: {
      'PUT /environments/:environment_name': 422,
      'DELETE /environments/:environment_name': 204,
      'POST /environments/:environment_name/deployment-branch-policies': 422,
      'PUT /environments/:environment_name/deployment-branch-policies/:branch_policy_id': 422,
      'DELETE /environments/:environment_name/deployment-branch-policies/:branch_policy_id': 204,
      'POST /environments/:environment_name/deployment_protection_rules': 422,
      'DELETE /environments/:environment_name/deployment_protection_rules/:protection_rule_id': 204,
    },
    rows: [...configuring, ...administrating('administration=write')],
  },
  {
    what: 'environments: seeing what could configure them',
    requests: { 'GET /environments/:environment_name/deployment_protection_rules/apps': 200 },
    rows: [...configuring, ...administrating('administration=read', 'administration=write')],
  },
  {
    what: 'what protects a branch, which is hidden from whoever may not administrate',
    requests: {
      'PUT /branches/:branch/protection': 422,
      'DELETE /branches/:branch/protection': 204,
    },
    rows: [...hiddenRows, ...hiding('administration=write')],
  },
  {
    what: 'seeing what protects a branch',
    requests: { 'GET /branches/:branch/protection': 200 },
    rows: [...hiddenRows, ...hiding('administration=read', 'administration=write')],
  },
  {
    what: "an environment's secrets and variables: reading",
    requests: {
      'GET /environments/:environment_name/secrets': 200,
      'GET /environments/:environment_name/secrets/public-key': 200,
      'GET /environments/:environment_name/secrets/:secret_name': 200,
      'GET /environments/:environment_name/variables': 200,
      'GET /environments/:environment_name/variables/:name': 200,
    },
    rows: [...secretRows, ...pushing('environments=read', 'environments=write')],
  },
  {
    what: 'secrets: reading',
    requests: {
      'GET /actions/secrets': 200,
      'GET /actions/secrets/public-key': 200,
      'GET /actions/secrets/:secret_name': 200,
      'GET /actions/organization-secrets': 200,
    },
    rows: [...secretRows, ...pushing('secrets=read', 'secrets=write')],
  },
  {
    what: 'variables: reading',
    requests: {
      'GET /actions/variables': 200,
      'GET /actions/variables/:name': 200,
      'GET /actions/organization-variables': 200,
    },
    rows: [...secretRows, ...pushing('actions_variables=read', 'actions_variables=write')],
  },
  {
    what: "an environment's secrets and variables: writing",
    requests: {
      'PUT /environments/:environment_name/secrets/:secret_name': 422,
      'DELETE /environments/:environment_name/secrets/:secret_name': 204,
      'POST /environments/:environment_name/variables': 422,
      'PATCH /environments/:environment_name/variables/:name': 422,
      'DELETE /environments/:environment_name/variables/:name': 204,
    },
    rows: [...secretRows, ...pushing('environments=write')],
  },
  {
    what: 'secrets: writing',
    requests: {
      'PUT /actions/secrets/:secret_name': 422,
      'DELETE /actions/secrets/:secret_name': 204,
    },
    rows: [...secretRows, ...pushing('secrets=write')],
  },
  {
    what: 'variables: writing',
    requests: {
      'POST /actions/variables': 422,
      'PATCH /actions/variables/:name': 422,
      'DELETE /actions/variables/:name': 204,
    },
    rows: [...secretRows, ...pushing('actions_variables=write')],
  },
  {
    what: 'deploy keys, which are hidden from whoever may not administrate: reading',
    requests: { 'GET /keys': 200, 'GET /keys/:key_id': 200 },
    rows: [...hiddenRows, ...hiding('administration=read', 'administration=write')],
  },
  {
    what: 'deploy keys: writing',
    requests: { 'POST /keys': 422, 'DELETE /keys/:key_id': 204 },
    rows: [...hiddenRows, ...hiding('administration=write')],
  },
  {
    what: 'hooks: reading and trying',
    requests: {
      'GET /hooks': 200,
      'GET /hooks/:hook_id': 200,
      'GET /hooks/:hook_id/config': 200,
      'GET /hooks/:hook_id/deliveries': 200,
      'GET /hooks/:hook_id/deliveries/:delivery_id': 200,
      'POST /hooks/:hook_id/pings': 204,
      'POST /hooks/:hook_id/tests': 204,
      'POST /hooks/:hook_id/test': 204,
    },
    rows: [
      ['repo read:repo_hook', '   ok   404  404  404 ', 'ok   404  404  404'],
      ['write:repo_hook', '       ok   404  404  404 ', 'ok   404  404  404'],
      ['admin:repo_hook', '       ok   404  404  404 ', 'ok   404  404  404'],
      ['public_repo', '           ok   404  404  404 ', '404  404  404  404'],
      [anonymous, '               401                ', '401               '],
      [rest, '                    404  404  404  404 ', '404  404  404  404'],
      ...hiding('repository_hooks=read', 'repository_hooks=write'),
    ],
  },
  {
    what: 'hooks: writing',
    requests: {
      'POST /hooks': 422,
      'PATCH /hooks/:hook_id': 422,
      'POST /hooks/:hook_id': 422,
      'PATCH /hooks/:hook_id/config': 422,
      'POST /hooks/:hook_id/deliveries/:delivery_id/attempts': 202,
    },
    rows: [
      ['repo write:repo_hook', '  ok   404  404  404 ', 'ok   404  404  404'],
      ['admin:repo_hook', '       ok   404  404  404 ', 'ok   404  404  404'],
      ['public_repo', '           ok   404  404  404 ', '404  404  404  404'],
      [anonymous, '               401                ', '401               '],
      [rest, '                    404  404  404  404 ', '404  404  404  404'],
      ...hiding('repository_hooks=write'),
    ],
  },
  {
    what: 'hooks: deleting',
    requests: { 'DELETE /hooks/:hook_id': 204 },
    rows: [
      ['repo admin:repo_hook', '  ok   404  404  404 ', 'ok   404  404  404'],
      ['public_repo', '           ok   404  404  404 ', '404  404  404  404'],
      [anonymous, '               401                ', '401               '],
      [rest, '                    404  404  404  404 ', '404  404  404  404'],
      ...hiding('repository_hooks=write'),
    ],
  },
]
