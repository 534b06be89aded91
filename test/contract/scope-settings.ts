import { anonymous, type Group, rest } from './scope-model.ts'

/** Who may change them may know of them, and nobody else. */
const secretRows: Group['rows'] = [
  ['repo', '                  ok   ok   403  403 ', 'ok   ok   403  404'],
  [anonymous, '               401                ', '401               '],
  [rest, '                    403  403  403  403 ', '404  404  404  404'],
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
    ],
  },
  {
    what: 'answering for a rule, which is for its App alone',
    requests: { 'POST /actions/runs/:run_id/deployment_protection_rule': 204 },
    rows: [
      ['repo', '                  403  403  403  403 ', '403  403  403  404'],
      [anonymous, '               401                ', '401               '],
      [rest, '                    403  403  403  403 ', '404  404  404  404'],
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
      'GET /environments/:environment_name/deployment_protection_rules/apps': 200,
      'DELETE /environments/:environment_name/deployment_protection_rules/:protection_rule_id': 204,
    },
    rows: [
      ['repo', '                  ok   403  403  403 ', 'ok   403  403  404'],
      ['public_repo', '           ok   403  403  403 ', '404  404  404  404'],
      [anonymous, '               401                ', '401               '],
      [rest, '                    403  403  403  403 ', '404  404  404  404'],
    ],
  },
  {
    what: 'what protects a branch, which is hidden from whoever may not administrate',
    requests: {
      'GET /branches/:branch/protection': 200,
      'PUT /branches/:branch/protection': 422,
      'DELETE /branches/:branch/protection': 204,
    },
    rows: [
      ['repo', '                  ok   404  404  404 ', 'ok   404  404  404'],
      ['public_repo', '           ok   404  404  404 ', '404  404  404  404'],
      [anonymous, '               401                ', '401               '],
      [rest, '                    404  404  404  404 ', '404  404  404  404'],
    ],
  },
  {
    what: 'secrets and variables: reading',
    requests: {
      'GET /environments/:environment_name/secrets': 200,
      'GET /environments/:environment_name/secrets/public-key': 200,
      'GET /environments/:environment_name/secrets/:secret_name': 200,
      'GET /environments/:environment_name/variables': 200,
      'GET /environments/:environment_name/variables/:name': 200,
      'GET /actions/secrets': 200,
      'GET /actions/secrets/public-key': 200,
      'GET /actions/secrets/:secret_name': 200,
      'GET /actions/variables': 200,
      'GET /actions/variables/:name': 200,
      'GET /actions/organization-secrets': 200,
      'GET /actions/organization-variables': 200,
    },
    rows: secretRows,
  },
  {
    what: 'secrets and variables: writing',
    requests: {
      'PUT /environments/:environment_name/secrets/:secret_name': 422,
      'DELETE /environments/:environment_name/secrets/:secret_name': 204,
      'POST /environments/:environment_name/variables': 422,
      'PATCH /environments/:environment_name/variables/:name': 422,
      'DELETE /environments/:environment_name/variables/:name': 204,
      'PUT /actions/secrets/:secret_name': 422,
      'DELETE /actions/secrets/:secret_name': 204,
      'POST /actions/variables': 422,
      'PATCH /actions/variables/:name': 422,
      'DELETE /actions/variables/:name': 204,
    },
    rows: secretRows,
  },
  {
    what: 'deploy keys, which are hidden from whoever may not administrate',
    requests: {
      'GET /keys': 200,
      'POST /keys': 422,
      'GET /keys/:key_id': 200,
      'DELETE /keys/:key_id': 204,
    },
    rows: [
      ['repo', '                  ok   404  404  404 ', 'ok   404  404  404'],
      ['public_repo', '           ok   404  404  404 ', '404  404  404  404'],
      [anonymous, '               401                ', '401               '],
      [rest, '                    404  404  404  404 ', '404  404  404  404'],
    ],
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
    ],
  },
]
