import type { WebRoute } from '../../src/pages/web/route.ts'
import { type Builder, query } from '../../src/store/query.ts'
import type { Store } from '../../src/store/store.ts'
import { organization } from '../seed/catalogue.ts'
import { appSlug, teamSlug } from '../seed/programs.ts'
import { sharedSecret, sharedVariable } from '../seed/values.ts'

type Example = {
  /** Of its pictures. */
  readonly name: string
  readonly query?: string
  readonly as?: 'nobody'
  /** Which of those things its path names, where there are several kinds. */
  readonly of?: 'organization' | 'program' | 'secret' | 'variable'
}

/**
 * What each page that answers GET is called, by its path in `src/pages/pages.ts`: all of them are photographed, and
 * tested in both themes, without JavaScript and on a small screen. Null is no page; the reason is beside it.
 */
const names: Readonly<Record<string, string | Example | null>> = {
  '/': 'grid',
  '/orgs/:org/deployments': 'grid-of-organization',
  '/reviews': 'reviews',
  '/start': 'start',
  '/:owner/:repo/deployments': 'deployments',
  '/:owner/:repo/deployments/:id': 'deployment',
  '/:owner/:repo/deployments/:id/redeploy': 'deployment-redeploy',
  '/:owner/:repo/deployments/:id/rollback': 'deployment-rollback',
  '/:owner/:repo/deployments/:id/inactive': 'deployment-inactive',
  '/:owner/:repo/deployments/:id/delete': 'deployment-delete',
  '/:owner/:repo/deployments/:id/curl': 'deployment-curl',
  '/:owner/:repo/insights': 'insights',
  '/:owner/:repo/insights/:metric': { name: 'insight', query: '?environment=production' },
  '/:owner/:repo/settings/environments': 'environments',
  '/:owner/:repo/settings/environments/new': 'environment-new',
  '/:owner/:repo/settings/environments/:environment_id/edit': 'environment',
  '/:owner/:repo/settings/hooks': 'hooks',
  '/:owner/:repo/settings/hooks/new': 'hook-new',
  '/:owner/:repo/settings/hooks/:hook_id': 'hook',
  '/:owner/:repo/settings/hooks/:hook_id/deliveries': 'deliveries',
  '/:owner/:repo/settings/hooks/:hook_id/deliveries/:delivery_id': 'delivery',
  '/:owner/:repo/settings/secrets/actions': 'secrets',
  '/:owner/:repo/settings/variables/actions': 'variables',
  '/:owner/:repo/settings/keys': 'deploy-keys',
  '/:owner/:repo/settings/keys/new': 'deploy-key-new',
  '/login': { name: 'sign-in', as: 'nobody' },
  '/logout': 'sign-out',
  '/login/oauth/authorize': {
    name: 'authorize',
    query: '?client_id=:client_id&scope=repo_deployment',
  },
  '/login/device': 'device',
  '/settings/sessions': 'sessions',
  '/settings/password': 'password',
  '/settings/tokens': 'tokens',
  '/settings/tokens/new': 'token-new',
  '/settings/personal-access-tokens/new': 'fine-grained-token-new',
  '/settings/applications': 'authorized-applications',
  '/settings/installations': 'installations',
  '/settings/installations/:installation_id': 'installation',
  '/settings/organizations': 'organizations',
  '/settings/developers': 'oauth-apps',
  '/settings/developers/new': 'oauth-app-new',
  '/settings/developers/:client_id': 'oauth-app',
  '/organizations/:org/settings/applications': 'organization-oauth-apps',
  '/settings/apps': 'github-apps',
  '/settings/apps/register': 'github-app-new',
  '/settings/apps/:slug': 'github-app',
  '/settings/apps/:slug/advanced': 'github-app-deliveries',
  '/settings/apps/:slug/advanced/:delivery_id': { name: 'github-app-delivery', of: 'program' },
  '/settings/apps/:slug/edit': 'github-app-edit',
  '/apps/:slug/installations/new': { name: 'github-app-install', query: '?account=:org' },
  '/organizations/:org/people': 'people',
  '/organizations/:org/teams': 'teams',
  '/organizations/:org/teams/:team_slug': 'team',
  '/organizations/:org/settings/hooks': 'organization-hooks',
  '/organizations/:org/settings/hooks/new': 'organization-hook-new',
  '/organizations/:org/settings/hooks/:hook_id': { name: 'organization-hook', of: 'organization' },
  '/organizations/:org/settings/hooks/:hook_id/deliveries': {
    name: 'organization-deliveries',
    of: 'organization',
  },
  '/organizations/:org/settings/hooks/:hook_id/deliveries/:delivery_id': {
    name: 'organization-delivery',
    of: 'organization',
  },
  '/organizations/:org/settings/secrets/actions': 'organization-secrets',
  '/organizations/:org/settings/secrets/actions/:name': {
    name: 'organization-secret',
    of: 'secret',
  },
  '/organizations/:org/settings/variables/actions': 'organization-variables',
  '/organizations/:org/settings/variables/actions/:name': {
    name: 'organization-variable',
    of: 'variable',
  },
  '/organizations/:org/settings/apps': 'organization-apps',
  '/organizations/:org/settings/audit-log': 'organization-audit-log',
  '/:owner/:repo/settings/audit': 'repository-audit-log',
  '/admin/users': 'users',
  '/admin/organizations': 'all-organizations',
  '/admin/audit': 'audit-log',

  // A stream, and a piece of a page, for a script.
  '/live': null,
  '/reviews/count': null,
  // A log as it is, and lines of it for a script.
  '/:owner/:repo/deployments/:id/log': null,
  '/:owner/:repo/deployments/:id/log/lines': null,
  // They lead on to other pages.
  '/:owner/:repo': null,
  '/:owner/:repo/deployments/activity_log': null,
  '/:owner/:repo/deployments/*': null,
  '/:owner/:repo/settings/environments/:environment_id': null,
  '/settings/personal-access-tokens': null,
  '/settings/connections/applications/:client_id': null,
  '/apps/:slug': null,
  '/organizations/:org/settings/installations': null,
  '/organizations/:org/settings/installations/:id': null,
  // It reads as much of the log as there is, in steps.
  '/admin/audit/check': null,
  // As those of a person.
  '/organizations/:org/settings/apps/register': null,
  '/organizations/:org/settings/apps/:slug': null,
  '/organizations/:org/settings/apps/:slug/advanced': null,
  '/organizations/:org/settings/apps/:slug/advanced/:delivery_id': null,
  '/login/openid/callback': null,
  '/organizations/:org/settings/apps/:slug/edit': null,
  '/organizations/:org/settings/applications/new': null,
  '/organizations/:org/settings/applications/:client_id': null,
  '/setup': null,
  '/settings/apps/new': null,
  '/organizations/:org/settings/apps/new': null,
}

/** Pages that look different at times. */
const variants: readonly (Example & { readonly path: string })[] = [
  { name: 'grid-problems', path: '/', query: '?filter=is:problem' },
  { name: 'grid-wallboard', path: '/', query: '?wallboard=1' },
  { name: 'grid-nothing', path: '/', query: '?filter=env:nowhere' },
  { name: 'not-found', path: '/octo-org/storefront/nothing/here' },
]

/** What is to be looked at: a route of ours, by an address that shows something. */
export type Shown = {
  readonly name: string
  readonly path: string
  readonly address: string
  readonly isAnonymous: boolean
}

/** Of these routes those that are pages, and some more looks of them. Throws where one has no name. */
export function shownOf(routes: readonly WebRoute[], place: Place): Shown[] {
  const paths = routes.filter(({ method }) => method === 'GET').map(({ path }) => path)
  const listed = paths.flatMap((path) => {
    const example = names[path]
    if (example === undefined)
      throw new Error(`${path} has no name in scripts/screenshots/table.ts`)
    if (example === null) return []
    return [{ path, ...(typeof example === 'string' ? { name: example } : example) }]
  })
  return [...listed, ...variants].map(({ name, path, query = '', as, of }) => ({
    ...{ name, path, isAnonymous: as === 'nobody' },
    address: `${path}${query}`.replaceAll(
      /:(\w+)/g,
      (whole, parameter) => place[`${of}_${parameter}`] ?? place[parameter] ?? whole,
    ),
  }))
}

/** What parameters of paths stand for in a seeded server. */
export type Place = Readonly<Record<string, string>>

export async function findPlace({ read }: Pick<Store, 'read'>, clientId: string): Promise<Place> {
  const repo = 'storefront'
  const waiting = await read.first(waitingIn, { repo })
  const [ofRepository, ofOrganization, ofApp] = await Promise.all([
    read.first(failedIn, { repo }),
    read.first(failedOfOrganization, {}),
    read.first(failedOfApp, {}),
  ])
  const environment = await read.first(productionIn, { repo })
  const installation = await read.first(anyInstallation, {})
  return {
    ...{
      owner: organization,
      org: organization,
      repo,
      client_id: clientId,
      metric: 'change_lead_time',
    },
    ...{ slug: appSlug, team_slug: teamSlug, installation_id: String(installation?.id) },
    ...{ secret_name: sharedSecret, variable_name: sharedVariable },
    id: String(waiting?.id),
    environment_id: String(environment?.id),
    hook_id: String(ofRepository?.hook_id),
    delivery_id: String(ofRepository?.id),
    organization_hook_id: String(ofOrganization?.hook_id),
    organization_delivery_id: String(ofOrganization?.id),
    program_delivery_id: String(ofApp?.id),
  }
}

/** One that somebody has to review. */
const waitingIn = query((db, p: { repo: string }) =>
  db
    .selectFrom('held_deployments')
    .innerJoin('repositories', 'repositories.id', 'held_deployments.repository_id')
    .select('held_deployments.deployment_id as id')
    .where('repositories.name', '=', p.repo)
    .orderBy('held_deployments.deployment_id', 'desc')
    .limit(1),
)

const failed = (db: Builder) =>
  db
    .selectFrom('attempts')
    .innerJoin('hooks', 'hooks.id', 'attempts.hook_id')
    .select(['attempts.id', 'attempts.hook_id'])
    .where('attempts.status_code', '>=', 400)
    .orderBy('attempts.id', 'desc')
    .limit(1)

/** One that did not arrive. */
const failedIn = query((db, p: { repo: string }) =>
  failed(db)
    .innerJoin('repositories', 'repositories.id', 'hooks.repository_id')
    .where('repositories.name', '=', p.repo),
)

const failedOfOrganization = query((db, _: object) =>
  failed(db).where('hooks.organization_id', 'is not', null),
)

const failedOfApp = query((db, _: object) => failed(db).where('hooks.app_id', 'is not', null))

const productionIn = query((db, p: { repo: string }) =>
  db
    .selectFrom('environments')
    .innerJoin('repositories', 'repositories.id', 'environments.repository_id')
    .select('environments.id')
    .where('repositories.name', '=', p.repo)
    .where('environments.name_key', '=', 'production'),
)

const anyInstallation = query((db, _: object) =>
  db.selectFrom('installations').select('id').orderBy('id').limit(1),
)
