import { anonymous, hidden, open, type Reach, rest, short } from './reach-model.ts'

const teams = '/orgs/:org/teams'
const team = `${teams}/:team_slug`
const secret = '/orgs/:org/actions/secrets/:secret_name'
const variable = '/orgs/:org/actions/variables/:name'
const hook = '/orgs/:org/hooks/:hook_id'

export const organizationTable: readonly Reach[] = [
  {
    what: 'what is public of an organization',
    requests: {
      'GET /orgs/:org': 200,
      'GET /orgs/:org/public_members': 200,
      // Nobody has shown it.
      'GET /orgs/:org/public_members/:username': 404,
    },
    rows: [[anonymous, 'ok'], ...open],
  },
  {
    what: 'its repositories',
    requests: { 'GET /orgs/:org/repos': 200 },
    accepted: 'metadata=read',
    rows: [[anonymous, 'ok'], ...open],
  },
  {
    what: 'making repositories in it',
    requests: { 'POST /orgs/:org/repos': 201 },
    accepted: 'administration=write',
    rows: [
      ['repo administration=write,contents=write,deployments=write', 'ok   403  403'],
      [anonymous, '401'],
      [rest, '403  403  403'],
    ],
  },
  {
    what: 'seeing members and teams',
    requests: {
      'GET /orgs/:org/members': 200,
      'GET /orgs/:org/members/:username': 204,
      'GET /orgs/:org/memberships/:username': 200,
      [`GET ${teams}`]: 200,
      [`GET ${team}`]: 200,
      [`GET ${team}/teams`]: 200,
      [`GET ${team}/members`]: 200,
      [`GET ${team}/invitations`]: 200,
      [`GET ${team}/memberships/:username`]: 200,
      [`GET ${team}/repos`]: 200,
      [`GET ${team}/repos/:owner/:repo`]: 204,
    },
    accepted: 'members=read',
    rows: [
      ['admin:org write:org read:org', 'ok   ok   404'],
      ['members=read members=write', '  ok   ok   404'],
      ...short,
    ],
  },
  {
    what: 'making teams, and giving them what one administrates',
    requests: { [`POST ${teams}`]: 422, [`PUT ${team}/repos/:owner/:repo`]: 422 },
    accepted: 'members=write',
    rows: [['admin:org write:org members=write', 'ok   ok   404'], ...short],
  },
  {
    what: 'changing teams, for who maintains them',
    requests: {
      [`PATCH ${team}`]: 422,
      [`DELETE ${team}`]: 204,
      [`PUT ${team}/memberships/:username`]: 422,
      [`DELETE ${team}/memberships/:username`]: 204,
      [`DELETE ${team}/repos/:owner/:repo`]: 204,
    },
    accepted: 'members=write',
    rows: [['admin:org write:org members=write', 'ok   403  404'], ...short],
  },
  {
    what: 'changing who is a member',
    requests: {
      'DELETE /orgs/:org/members/:username': 204,
      'PUT /orgs/:org/memberships/:username': 422,
      'DELETE /orgs/:org/memberships/:username': 204,
    },
    accepted: 'members=write',
    rows: [['admin:org members=write', 'ok   403  404'], ...short],
  },
  {
    what: 'showing and hiding a membership, which is for the member alone',
    requests: {
      'PUT /orgs/:org/public_members/:username': 204,
      'DELETE /orgs/:org/public_members/:username': 204,
    },
    accepted: 'members=write',
    rows: [['admin:org write:org members=write', '403  403  404'], ...short],
  },
  {
    what: 'changing the organization',
    requests: { 'PATCH /orgs/:org': 422 },
    accepted: 'organization_administration=write',
    rows: [['admin:org organization_administration=write', 'ok   403  404'], ...short],
  },
  {
    what: 'secrets: reading',
    requests: {
      'GET /orgs/:org/actions/secrets': 200,
      'GET /orgs/:org/actions/secrets/public-key': 200,
      [`GET ${secret}`]: 200,
      [`GET ${secret}/repositories`]: 200,
    },
    accepted: 'organization_secrets=read',
    rows: [
      ['admin:org organization_secrets=read organization_secrets=write', 'ok   403  404'],
      ...short,
    ],
  },
  {
    what: 'secrets: writing',
    requests: {
      [`PUT ${secret}`]: 422,
      [`DELETE ${secret}`]: 204,
      [`PUT ${secret}/repositories`]: 422,
      [`PUT ${secret}/repositories/:repository_id`]: 204,
      [`DELETE ${secret}/repositories/:repository_id`]: 204,
    },
    accepted: 'organization_secrets=write',
    rows: [['admin:org organization_secrets=write', 'ok   403  404'], ...short],
  },
  {
    what: 'variables: reading',
    requests: {
      'GET /orgs/:org/actions/variables': 200,
      [`GET ${variable}`]: 200,
      [`GET ${variable}/repositories`]: 200,
    },
    accepted: 'organization_actions_variables=read',
    rows: [
      [
        'admin:org organization_actions_variables=read organization_actions_variables=write',
        'ok   403  404',
      ],
      ...short,
    ],
  },
  {
    what: 'variables: writing',
    requests: {
      'POST /orgs/:org/actions/variables': 422,
      [`PATCH ${variable}`]: 422,
      [`DELETE ${variable}`]: 204,
      [`PUT ${variable}/repositories`]: 422,
      [`PUT ${variable}/repositories/:repository_id`]: 204,
      [`DELETE ${variable}/repositories/:repository_id`]: 204,
    },
    accepted: 'organization_actions_variables=write',
    rows: [['admin:org organization_actions_variables=write', 'ok   403  404'], ...short],
  },
  {
    what: 'hooks, which are hidden from whoever may not manage them: reading and trying',
    requests: {
      'GET /orgs/:org/hooks': 200,
      [`GET ${hook}`]: 200,
      [`GET ${hook}/config`]: 200,
      [`GET ${hook}/deliveries`]: 200,
      [`GET ${hook}/deliveries/:delivery_id`]: 200,
      [`POST ${hook}/pings`]: 204,
    },
    accepted: 'organization_hooks=read',
    rows: [
      ['admin:org_hook organization_hooks=read organization_hooks=write', 'ok   404  404'],
      ...hidden,
    ],
  },
  {
    what: 'hooks: writing',
    requests: {
      'POST /orgs/:org/hooks': 422,
      [`PATCH ${hook}`]: 422,
      [`POST ${hook}`]: 422,
      [`PATCH ${hook}/config`]: 422,
      [`POST ${hook}/deliveries/:delivery_id/attempts`]: 202,
      [`DELETE ${hook}`]: 204,
    },
    accepted: 'organization_hooks=write',
    rows: [['admin:org_hook organization_hooks=write', 'ok   404  404'], ...hidden],
  },
]
