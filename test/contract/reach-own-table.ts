import { anonymous, hidden, open, permissions, type Reach, rest } from './reach-model.ts'

const everyPermission = permissions.join(' ')

export const ownTable: readonly Reach[] = [
  {
    what: 'what everybody may know',
    requests: {
      'GET /': 200,
      'GET /meta': 200,
      'GET /zen': 200,
      'GET /octocat': 200,
      'GET /versions': 200,
      'GET /user/:account_id': 200,
      'GET /users/:username': 200,
    },
    rows: [[anonymous, 'ok'], ...open],
  },
  {
    what: 'limits, which are off',
    requests: { 'GET /rate_limit': 404 },
    rows: [[anonymous, 'ok'], ...open],
  },
  {
    what: "a user's repositories",
    requests: { 'GET /users/:username/repos': 200 },
    accepted: 'metadata=read',
    rows: [[anonymous, 'ok'], ...open],
  },
  {
    what: 'who one is',
    requests: { 'GET /user': 200, 'POST /graphql': 200 },
    rows: [[anonymous, '401'], ...open],
  },
  {
    what: 'what one has',
    requests: { 'GET /user/repos': 200 },
    accepted: 'metadata=read',
    rows: [[anonymous, '401'], ...open],
  },
  {
    what: 'what one is in; of organizations a token with permissions hears nothing',
    requests: { 'GET /user/orgs': 200 },
    rows: [
      [`read:org write:org admin:org ${everyPermission}`, 'ok   ok   ok '],
      [anonymous, '401'],
      [rest, '403  403  403'],
    ],
  },
  {
    what: 'the teams that one is in',
    requests: { 'GET /user/teams': 200 },
    accepted: 'members=read',
    rows: [
      ['read:org write:org admin:org members=read members=write', 'ok   ok   ok '],
      [anonymous, '401'],
      [rest, '403  403  403'],
    ],
  },
  {
    what: 'making repositories for oneself, which a token for an organization does not',
    requests: { 'POST /user/repos': 201 },
    accepted: 'administration=write',
    rows: [
      ['repo', 'ok   ok   ok '],
      [anonymous, '401'],
      [rest, '403  403  403'],
    ],
  },
  {
    what: 'what an App asks by its own signature',
    requests: {
      'GET /app': 200,
      'GET /app/installations': 200,
      'GET /app/installation-requests': 200,
      'GET /app/installations/:installation_id': 200,
      'DELETE /app/installations/:installation_id': 202,
      'PUT /app/installations/:installation_id/suspended': 204,
      'DELETE /app/installations/:installation_id/suspended': 204,
      'POST /app/installations/:installation_id/access_tokens': 201,
      'GET /orgs/:org/installation': 200,
      'GET /users/:username/installation': 200,
      'GET /app/hook/config': 200,
      'PATCH /app/hook/config': 200,
      'GET /app/hook/deliveries': 200,
      'GET /app/hook/deliveries/:delivery_id': 200,
      'POST /app/hook/deliveries/:delivery_id/attempts': 202,
    },
    rows: [
      [anonymous, '401'],
      [rest, '401  401  401'],
    ],
  },
  {
    what: 'what a program asks by its client id and secret',
    requests: {
      'POST /applications/:client_id/token': 200,
      'PATCH /applications/:client_id/token': 200,
      'DELETE /applications/:client_id/token': 204,
      'DELETE /applications/:client_id/grant': 204,
      'POST /applications/:client_id/token/scoped': 200,
    },
    rows: [
      [anonymous, '401'],
      [rest, '401  401  401'],
    ],
  },
  {
    what: 'an App, and a code, that are none',
    requests: { 'GET /apps/:app_slug': 404, 'POST /app-manifests/:code/conversions': 404 },
    rows: [[anonymous, 'ok'], ...open],
  },
  {
    what: "what an installation's token and an App user's ask",
    requests: {
      'DELETE /installation/token': 204,
      'GET /user/installations': 200,
      'GET /user/installations/:installation_id/repositories': 200,
    },
    rows: [
      [anonymous, '401'],
      [rest, '403  403  403'],
    ],
  },
  {
    what: 'changing what an installation covers, of which there is none',
    requests: {
      'PUT /user/installations/:installation_id/repositories/:repository_id': 404,
      'DELETE /user/installations/:installation_id/repositories/:repository_id': 404,
    },
    rows: [
      ['repo', 'ok   ok   ok '],
      [anonymous, '401'],
      [rest, '403  403  403'],
    ],
  },
  {
    what: 'what an installation covers',
    requests: { 'GET /installation/repositories': 200 },
    accepted: 'metadata=read',
    rows: [
      [anonymous, '401'],
      [rest, '403  403  403'],
    ],
  },
  {
    what: 'what a site administrator does, which none of them is',
    requests: {
      'POST /admin/users': 201,
      'PATCH /admin/users/:username': 202,
      'DELETE /admin/users/:username': 204,
      'POST /admin/users/:username/authorizations': 201,
      'DELETE /admin/users/:username/authorizations': 204,
      'POST /admin/organizations': 201,
      'PATCH /admin/organizations/:org': 202,
      'PUT /users/:username/site_admin': 204,
      'DELETE /users/:username/site_admin': 204,
      'PUT /users/:username/suspended': 204,
      'DELETE /users/:username/suspended': 204,
    },
    rows: hidden,
  },
]
