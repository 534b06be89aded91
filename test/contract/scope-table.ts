/** What tokens are allowed on a repository (contract 7.2, 7.3 and 7.5). */
export type Group = {
  readonly what: string
  /** A route below the repository, and the status that shows that the caller was let in:
   * 422 where a body was read and found wrong, so that nothing changes. */
  readonly requests: Readonly<Record<string, number>>
  /**
   * Scopes of a token, and what becomes of its owner on a public and on a
   * private repository: its owner, a collaborator who may push, one who may
   * pull, and a stranger.
   */
  readonly rows: readonly (readonly [scopes: string, onPublic: string, onPrivate: string])[]
}

export const people = ['owner', 'pusher', 'reader', 'stranger'] as const

/** Each asked of every route alone; `no scope` is a token without any. */
export const grants = [
  'no scope',
  'repo',
  'public_repo',
  'repo_deployment',
  'repo:status',
  'read:repo_hook',
  'write:repo_hook',
  'admin:repo_hook',
  'delete_repo',
  'user',
] as const

/** Their requests carry no token. */
export const anonymous = 'no token'
/** Every grant that the rows above it do not name. */
export const rest = 'all others'

export const table: readonly Group[] = [
  {
    what: 'the repository itself',
    requests: { 'GET ': 200, 'GET /teams': 200 },
    rows: [
      ['repo', '                  ok   ok   ok   ok  ', 'ok   ok   ok   404'],
      [anonymous, '               ok                 ', '404               '],
      [rest, '                    ok   ok   ok   ok  ', '404  404  404  404'],
    ],
  },
  {
    what: 'changing the repository, and its collaborators',
    requests: {
      'PATCH ': 422,
      'POST ': 422,
      'PUT /collaborators/:username': 422,
      'DELETE /collaborators/:username': 204,
    },
    rows: [
      ['repo', '                  ok   403  403  403 ', 'ok   403  403  404'],
      ['public_repo', '           ok   403  403  403 ', '404  404  404  404'],
      [anonymous, '               401                ', '401               '],
      [rest, '                    403  403  403  403 ', '404  404  404  404'],
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
    ],
  },
  {
    what: 'deleting the repository',
    requests: { 'DELETE ': 204 },
    rows: [
      ['delete_repo', '           ok   403  403  403 ', 'ok   403  403  404'],
      [anonymous, '               401                ', '401               '],
      [rest, '                    403  403  403  403 ', '404  404  404  404'],
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
    },
    rows: [
      ['repo', '                  ok   ok   ok   ok  ', 'ok   ok   ok   404'],
      [anonymous, '               ok                 ', '404               '],
      [rest, '                    ok   ok   ok   ok  ', '404  404  404  404'],
    ],
  },
  {
    what: 'code: writing',
    requests: {
      'POST /git/refs': 422,
      'PATCH /git/refs/*': 422,
      'POST /git/refs/*': 422,
      'DELETE /git/refs/*': 422,
      'POST /merges': 422,
    },
    rows: [
      ['repo', '                  ok   ok   403  403 ', 'ok   ok   403  404'],
      ['public_repo', '           ok   ok   403  403 ', '404  404  404  404'],
      [anonymous, '               401                ', '401               '],
      [rest, '                    403  403  403  403 ', '404  404  404  404'],
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
    ],
  },
  {
    what: 'environments: reading',
    requests: { 'GET /environments': 200, 'GET /environments/*': 200 },
    rows: [
      ['repo', '                  ok   ok   ok   ok  ', 'ok   ok   ok   404'],
      [anonymous, '               ok                 ', '404               '],
      [rest, '                    ok   ok   ok   ok  ', '404  404  404  404'],
    ],
  },
  {
    what: 'environments: configuring',
    requests: { 'PUT /environments/*': 422, 'DELETE /environments/*': 204 },
    rows: [
      ['repo', '                  ok   403  403  403 ', 'ok   403  403  404'],
      ['public_repo', '           ok   403  403  403 ', '404  404  404  404'],
      [anonymous, '               401                ', '401               '],
      [rest, '                    403  403  403  403 ', '404  404  404  404'],
    ],
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

/** Git itself, by what its first request asks for. */
export const gitTable: readonly Group[] = [
  {
    what: 'git clone and fetch over HTTP',
    requests: { 'git-upload-pack': 200 },
    rows: [
      ['repo', '                  ok   ok   ok   ok  ', 'ok   ok   ok   404'],
      [anonymous, '               ok                 ', '401               '],
      [rest, '                    ok   ok   ok   ok  ', '404  404  404  404'],
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
    ],
  },
]
