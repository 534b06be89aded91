import { expect, it } from 'vitest'
import { missingOperations, operations } from './operations.ts'

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
  expect(
    missingOperations()
      .map(({ id }) => id)
      .sort(),
  ).toEqual(Object.values(notYet).flat().sort())
})
