import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Route } from '../../src/auth/route.ts'
import { routes } from '../../src/routes.ts'

/** One operation of GitHub's description that the contract asks for. */
type Operation = {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly tier: 'core' | 'auth' | 'adjacent' | 'surface'
  readonly docs: string
}

const operations: readonly Operation[] = JSON.parse(
  readFileSync(join(import.meta.dirname, 'operations.json'), 'utf8'),
)

/** What has no route yet. It only shrinks: whoever adds the route takes the row out. */
const notYet: Readonly<Record<string, readonly string[]>> = {
  'what holds a deployment back': [
    'actions/get-pending-deployments-for-run',
    'actions/get-reviews-for-run',
    'actions/review-custom-gates-for-run',
    'actions/review-pending-deployments-for-run',
    'repos/disable-deployment-protection-rule',
    'repos/get-custom-deployment-protection-rule',
  ],
  'Apps and their hooks': [
    'apps/create-from-manifest',
    'apps/create-installation-access-token',
    'apps/delete-installation',
    'apps/get-authenticated',
    'apps/get-by-slug',
    'apps/get-installation',
    'apps/get-org-installation',
    'apps/get-repo-installation',
    'apps/get-user-installation',
    'apps/get-webhook-config-for-app',
    'apps/get-webhook-delivery',
    'apps/list-installation-requests-for-authenticated-app',
    'apps/list-installations',
    'apps/list-repos-accessible-to-installation',
    'apps/list-webhook-deliveries',
    'apps/redeliver-webhook-delivery',
    'apps/revoke-installation-access-token',
    'apps/suspend-installation',
    'apps/unsuspend-installation',
    'apps/update-webhook-config-for-app',
  ],
  'installations as a user sees them': [
    'apps/add-repo-to-installation-for-authenticated-user',
    'apps/list-installation-repos-for-authenticated-user',
    'apps/list-installations-for-authenticated-user',
    'apps/remove-repo-from-installation-for-authenticated-user',
  ],
  'OAuth applications': [
    'apps/check-token',
    'apps/delete-authorization',
    'apps/delete-token',
    'apps/reset-token',
    'apps/scope-token',
  ],
  checks: [
    'checks/create',
    'checks/create-suite',
    'checks/get',
    'checks/get-suite',
    'checks/list-annotations',
    'checks/list-for-suite',
    'checks/rerequest-run',
    'checks/rerequest-suite',
    'checks/set-suites-preferences',
    'checks/update',
  ],
  'hooks of organizations': [
    'orgs/create-webhook',
    'orgs/delete-webhook',
    'orgs/get-webhook',
    'orgs/get-webhook-config-for-org',
    'orgs/get-webhook-delivery',
    'orgs/list-webhook-deliveries',
    'orgs/list-webhooks',
    'orgs/ping-webhook',
    'orgs/redeliver-webhook-delivery',
    'orgs/update-webhook',
    'orgs/update-webhook-config-for-org',
  ],
  'pull requests and dispatches': [
    'issues/create-comment',
    'pulls/get',
    'pulls/update-branch',
    'repos/create-dispatch-event',
  ],
}

it('knows all the operations of the contract', () => {
  expect(Object.groupBy(operations, ({ tier }) => tier)).toMatchObject({
    core: { length: 72 },
    auth: { length: 29 },
    adjacent: { length: 11 },
    surface: { length: 40 },
  })
})

it('has a route for every operation but those that are named', () => {
  const missing = operations.filter(
    (operation) => !routes.some((route) => answers(route, operation)),
  )
  expect(missing.map(({ id }) => id).sort()).toEqual(Object.values(notYet).flat().sort())
})

/** Whether the route is that very operation: a parameter of ours does not stand for a word of GitHub's. */
function answers(route: Route, { method, path }: Operation): boolean {
  if (route.method !== method) return false
  const ours = route.path.split('/')
  const theirs = path.split('/')
  const isWhole =
    ours.length === theirs.length || (ours.at(-1) === '*' && ours.length <= theirs.length)
  return isWhole && ours.every((segment, at) => fits(segment, theirs[at] ?? ''))
}

const fits = (ours: string, theirs: string) =>
  ours === theirs || (/^(:|\*$)/.test(ours) && theirs.includes('{'))
