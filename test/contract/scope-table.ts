import { administrating, pushing, reading } from './permission-rows.ts'
import { anonymous, type Group, otherPermissions, rest } from './scope-model.ts'
import { settings } from './scope-settings.ts'

export const table: readonly Group[] = [
  {
    what: 'the repository itself',
    requests: { 'GET ': 200, 'GET /teams': 200 },
    rows: [
      ['repo', '                  ok   ok   ok   ok  ', 'ok   ok   ok   404'],
      [anonymous, '               ok                 ', '404               '],
      [rest, '                    ok   ok   ok   ok  ', '404  404  404  404'],
      ['metadata=read', '        ok   ok   ok   ok  ', 'ok   ok   ok   404'],
      [otherPermissions, '         ok   ok   ok   ok  ', 'ok   ok   ok   404'],
    ],
  },
  {
    what: 'changing the repository, and its collaborators',
    requests: {
      'PATCH ': 422,
      'POST ': 422,
      'PUT /collaborators/:username': 422,
      'DELETE /collaborators/:username': 204,
      'PATCH /check-suites/preferences': 200,
    },
    rows: [
      ['repo', '                  ok   403  403  403 ', 'ok   403  403  404'],
      ['public_repo', '           ok   403  403  403 ', '404  404  404  404'],
      [anonymous, '               401                ', '401               '],
      [rest, '                    403  403  403  403 ', '404  404  404  404'],
      ...administrating('administration=write'),
    ],
  },
  {
    what: 'seeing who may do what',
    requests: {
      'GET /collaborators': 200,
      'GET /collaborators/:username': 204,
      'GET /collaborators/:username/permission': 200,
    },
    rows: [
      ['repo', '                  ok   ok   403  403 ', 'ok   ok   403  404'],
      [anonymous, '               401                ', '401               '],
      [rest, '                    ok   ok   403  403 ', '404  404  404  404'],
      ['metadata=read', '        ok   ok   403  403 ', 'ok   ok   403  404'],
      [otherPermissions, '         ok   ok   403  403 ', 'ok   ok   403  404'],
    ],
  },
  {
    what: 'deleting the repository',
    requests: { 'DELETE ': 204 },
    rows: [
      ['delete_repo', '           ok   403  403  403 ', 'ok   403  403  404'],
      [anonymous, '               401                ', '401               '],
      [rest, '                    403  403  403  403 ', '404  404  404  404'],
      ...administrating('administration=write'),
    ],
  },
  {
    what: 'code',
    requests: {
      'GET /branches': 200,
      'GET /branches/*': 200,
      'GET /tags': 200,
      'GET /git/ref/*': 200,
      'GET /git/refs/*': 200,
      'GET /git/matching-refs': 200,
      'GET /git/matching-refs/*': 200,
      'GET /commits': 200,
      'GET /commits/*': 200,
      'GET /compare/*': 200,
      'GET /tarball': 302,
      'GET /tarball/*': 302,
      'GET /zipball': 302,
      'GET /zipball/*': 302,
      'GET /commits/:ref/branches-where-head': 200,
      'GET /commits/:ref/pulls': 200,
      'GET /contents': 200,
      'GET /contents/*': 200,
      'GET /git/commits/:sha': 200,
      'GET /git/trees/*': 200,
      'GET /languages': 200,
      'GET /contributors': 200,
      'GET /rules/branches/*': 200,
      'GET /pulls': 200,
      'GET /readme': 200,
      'GET /git/blobs/:file_sha': 200,
    },
    rows: [
      ['repo', '                  ok   ok   ok   ok  ', 'ok   ok   ok   404'],
      [anonymous, '               ok                 ', '404               '],
      [rest, '                    ok   ok   ok   ok  ', '404  404  404  404'],
      ...reading('contents'),
    ],
  },
  {
    what: 'code: writing',
    requests: {
      'POST /git/blobs': 422,
      'POST /git/trees': 422,
      'POST /git/commits': 422,
      'POST /git/refs': 422,
      'PATCH /git/refs/*': 422,
      'POST /git/refs/*': 422,
      'DELETE /git/refs/*': 422,
      'POST /merges': 422,
      'POST /dispatches': 422,
    },
    rows: [
      ['repo', '                  ok   ok   403  403 ', 'ok   ok   403  404'],
      ['public_repo', '           ok   ok   403  403 ', '404  404  404  404'],
      [anonymous, '               401                ', '401               '],
      [rest, '                    403  403  403  403 ', '404  404  404  404'],
      ...pushing('contents=write'),
    ],
  },
  {
    what: 'a pull request, of which there is none for anybody',
    requests: { 'GET /pulls/:pull_number': 404 },
    rows: [
      [anonymous, '               ok                 ', 'ok                '],
      [rest, '                    ok   ok   ok   ok  ', 'ok   ok   ok   ok '],
      ['contents=read contents=write', ' ok   ok   ok   ok  ', 'ok   ok   ok   ok '],
      [otherPermissions, '         ok   ok   ok   ok  ', '403  403  403  ok '],
    ],
  },
  {
    what: 'an issue, of which there is none for anybody',
    requests: { 'POST /issues/:issue_number/comments': 404 },
    rows: [
      [anonymous, '               401                ', '401               '],
      [rest, '                    ok   ok   ok   ok  ', 'ok   ok   ok   ok '],
      ['contents=read contents=write', ' ok   ok   ok   ok  ', 'ok   ok   ok   ok '],
      [otherPermissions, '         ok   ok   ok   ok  ', '403  403  403  ok '],
    ],
  },
  {
    what: 'the branch of a pull request, of which there is none: only whoever may push learns so',
    requests: { 'PUT /pulls/:pull_number/update-branch': 404 },
    rows: [
      ['repo', '                  ok   ok   403  403 ', 'ok   ok   403  ok '],
      ['public_repo', '           ok   ok   403  403 ', 'ok   ok   ok   ok '],
      [anonymous, '               401                ', '401               '],
      [rest, '                    403  403  403  403 ', 'ok   ok   ok   ok '],
      ['contents=write', '       ok   ok   403  403 ', 'ok   ok   403  ok '],
      [otherPermissions, '         403  403  403  403 ', '403  403  403  ok '],
    ],
  },
  {
    what: 'commit statuses: reading',
    requests: {
      'GET /commits/:ref/status': 200,
      'GET /commits/:ref/statuses': 200,
      'GET /statuses/*': 200,
    },
    rows: [
      ['repo repo:status', '      ok   ok   ok   ok  ', 'ok   ok   ok   404'],
      [anonymous, '               ok                 ', '404               '],
      [rest, '                    ok   ok   ok   ok  ', '404  404  404  404'],
      ...reading('statuses'),
    ],
  },
  {
    what: 'commit statuses: writing',
    requests: { 'POST /statuses/:sha': 422 },
    rows: [
      ['repo repo:status', '      ok   ok   403  403 ', 'ok   ok   403  404'],
      ['public_repo', '           ok   ok   403  403 ', '404  404  404  404'],
      [anonymous, '               401                ', '401               '],
      [rest, '                    403  403  403  403 ', '404  404  404  404'],
      ...pushing('statuses=write'),
    ],
  },
  {
    what: 'checks: reading',
    requests: {
      'GET /check-runs/:check_run_id': 200,
      'GET /check-runs/:check_run_id/annotations': 200,
      'GET /check-suites/:check_suite_id': 200,
      'GET /check-suites/:check_suite_id/check-runs': 200,
      'GET /commits/:ref/check-runs': 200,
      'GET /commits/:ref/check-suites': 200,
    },
    rows: [
      ['repo', '                  ok   ok   ok   ok  ', 'ok   ok   ok   404'],
      [anonymous, '               ok                 ', '404               '],
      [rest, '                    ok   ok   ok   ok  ', '404  404  404  404'],
      ...reading('checks'),
    ],
  },
  {
    what: 'checks: writing, which is for Apps alone',
    requests: {
      'POST /check-runs': 201,
      'PATCH /check-runs/:check_run_id': 200,
      'POST /check-runs/:check_run_id/rerequest': 201,
      'POST /check-suites': 201,
      'POST /check-suites/:check_suite_id/rerequest': 201,
    },
    rows: [
      ['repo', '                  403  403  403  403 ', '403  403  403  404'],
      [anonymous, '               401                ', '401               '],
      [rest, '                    403  403  403  403 ', '404  404  404  404'],
      ['checks=write', '         403  403  403  403 ', '403  403  403  404'],
      [otherPermissions, '         403  403  403  403 ', '403  403  403  404'],
    ],
  },
  {
    what: 'deployments and their statuses: reading',
    requests: {
      'GET /deployments': 200,
      'GET /deployments/:deployment_id': 200,
      'GET /deployments/:deployment_id/statuses': 200,
      'GET /deployments/:deployment_id/statuses/:status_id': 200,
    },
    rows: [
      ['repo repo_deployment', '  ok   ok   ok   ok  ', 'ok   ok   ok   404'],
      [anonymous, '               ok                 ', '404               '],
      [rest, '                    ok   ok   ok   ok  ', '404  404  404  404'],
      ...reading('deployments'),
    ],
  },
  {
    what: 'deployments and their statuses: writing',
    requests: {
      'POST /deployments': 422,
      'DELETE /deployments/:deployment_id': 422,
      'POST /deployments/:deployment_id/statuses': 422,
    },
    rows: [
      ['repo repo_deployment', '  ok   ok   403  403 ', 'ok   ok   403  404'],
      ['public_repo', '           ok   ok   403  403 ', '404  404  404  404'],
      [anonymous, '               401                ', '401               '],
      [rest, '                    403  403  403  403 ', '404  404  404  404'],
      ...pushing('deployments=write'),
    ],
  },
  {
    what: "what an App asks by its own signature, which is nobody's token",
    requests: { 'GET /installation': 200 },
    rows: [
      [anonymous, '               401                ', '401               '],
      [rest, '                    401  401  401  401 ', '401  401  401  401'],
      [otherPermissions, '         401  401  401  401 ', '401  401  401  401'],
    ],
  },
  ...settings,
]

/** Git itself, by what its first request asks for. */
export const gitTable: readonly Group[] = [
  {
    what: 'git clone and fetch over HTTP',
    requests: { 'git-upload-pack': 200 },
    rows: [
      ['repo', '                  ok   ok   ok   ok  ', 'ok   ok   ok   404'],
      [anonymous, '               ok                 ', '401               '],
      [rest, '                    ok   ok   ok   ok  ', '404  404  404  404'],
      ...reading('contents'),
    ],
  },
  {
    what: 'git push over HTTP',
    requests: { 'git-receive-pack': 200 },
    rows: [
      ['repo', '                  ok   ok   403  403 ', 'ok   ok   403  404'],
      ['public_repo', '           ok   ok   403  403 ', '404  404  404  404'],
      [anonymous, '               401                ', '401               '],
      [rest, '                    403  403  403  403 ', '404  404  404  404'],
      ...pushing('contents=write'),
    ],
  },
]
