import { query } from '../../src/store/query.ts'
import type { Store } from '../../src/store/store.ts'
import { organization } from '../seed/catalogue.ts'

/** What addresses are made of, in a seeded server. */
export type Place = {
  readonly repository: string
  /** Of that repository: one that waits for a review, and one that is live. */
  readonly waiting: number
  readonly live: number
  readonly hook: number
  /** Of a program that asks for access. */
  readonly clientId: string
}

type Example = {
  /** Of its pictures. */
  readonly name: string
  /** An address that shows something. */
  readonly at: (place: Place) => string
  readonly as?: 'nobody'
}

const shop = (path: string) => () => `/${organization}/storefront${path}`

/**
 * An example of every page that answers GET, by the path in `src/pages.ts`: all of them are photographed,
 * and tested in both themes, without JavaScript and on a small screen. Null is no page: the reason beside it.
 */
export const examples: Readonly<Record<string, Example | null>> = {
  '/': { name: 'grid', at: () => '/' },
  '/orgs/:org/deployments': {
    name: 'grid-of-organization',
    at: () => `/orgs/${organization}/deployments`,
  },
  '/start': { name: 'first-deployment', at: () => '/start' },
  // For as long as nobody administers the server: its story looks at it.
  '/setup': null,
  '/login': { name: 'sign-in', at: () => '/login', as: 'nobody' },
  '/logout': { name: 'sign-out', at: () => '/logout' },
  '/settings/sessions': { name: 'sessions', at: () => '/settings/sessions' },
  '/login/oauth/authorize': {
    name: 'authorize',
    at: ({ clientId }) => `/login/oauth/authorize?client_id=${clientId}&scope=repo_deployment`,
  },
  '/login/device': { name: 'device', at: () => '/login/device' },
  // A stream.
  '/live': null,
  // What an App's setup sends the browser to: it goes on to somewhere else.
  '/settings/apps/new': null,
  '/organizations/:org/settings/apps/new': null,
}

/** Other pictures of pages that are there already. */
export const variants: readonly Example[] = [
  { name: 'grid-problems', at: () => '/?filter=is:problem' },
  { name: 'grid-wallboard', at: () => '/?wallboard=1' },
  { name: 'not-found', at: shop('/nothing/here') },
]

export async function findPlace({ read }: Pick<Store, 'read'>, clientId: string): Promise<Place> {
  const at = { name: 'storefront' }
  const waiting = await read.first(waitingIn, at)
  const live = await read.first(liveIn, at)
  const hook = await read.first(hookIn, at)
  return {
    repository: `/${organization}/storefront`,
    waiting: waiting?.id ?? 0,
    live: live?.id ?? 0,
    hook: hook?.id ?? 0,
    clientId,
  }
}

type At = { name: string }

const waitingIn = query((db, p: At) =>
  db
    .selectFrom('held_deployments')
    .innerJoin('repositories', 'repositories.id', 'held_deployments.repository_id')
    .select('held_deployments.deployment_id as id')
    .where('repositories.name', '=', p.name)
    .orderBy('held_deployments.deployment_id', 'desc')
    .limit(1),
)

const liveIn = query((db, p: At) =>
  db
    .selectFrom('deployments')
    .innerJoin('repositories', 'repositories.id', 'deployments.repository_id')
    .select('deployments.id')
    .where('repositories.name', '=', p.name)
    .where('deployments.state', '=', 'success')
    .orderBy('deployments.id', 'desc')
    .limit(1),
)

const hookIn = query((db, p: At) =>
  db
    .selectFrom('hooks')
    .innerJoin('repositories', 'repositories.id', 'hooks.repository_id')
    .select('hooks.id')
    .where('repositories.name', '=', p.name)
    .orderBy('hooks.id', 'desc')
    .limit(1),
)
