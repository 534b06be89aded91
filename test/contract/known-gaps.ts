import type { Method, Route } from '../../src/auth/route.ts'

type Described = { readonly method: Method; readonly path: string }

const byName = (path: string) =>
  path.replace(/^\/repositories\/:repository_id/, '/repos/:owner/:repo')

/** The operation in GitHub's description that a route is; undefined for what it does not describe at all. */
export function describedAs({ method, path }: Route): Described | undefined {
  if (isForEnterprise.test(path)) return undefined
  const named = `${method} ${byName(path)}`
  const alias = aliases.find(([route]) => route === named)
  if (!alias) return { method, path: byName(path) }
  const [, operation] = alias
  if (operation === undefined) return undefined
  const [other, otherPath = ''] = operation.split(' ')
  return { method: other as Method, path: otherPath }
}

const repository = '/repos/:owner/:repo'

/** Only GitHub Enterprise Server has these, and its description of them says no more than its types do. */
const isForEnterprise = /^\/admin\/|\/(site_admin|suspended)$/

/** Routes that GitHub has and does not describe, and those it describes as. */
export const aliases: readonly (readonly [
  route: string,
  operation: string | undefined,
  why: string,
])[] = [
  [`POST ${repository}`, `PATCH ${repository}`, 'POST wherever PATCH is (contract 8.9)'],
  [
    `POST ${repository}/hooks/:hook_id`,
    `PATCH ${repository}/hooks/:hook_id`,
    'POST wherever PATCH is (contract 6.2)',
  ],
  [
    'POST /orgs/:org/hooks/:hook_id',
    'PATCH /orgs/:org/hooks/:hook_id',
    'POST wherever PATCH is (contract 6.2)',
  ],
  [
    `POST ${repository}/hooks/:hook_id/test`,
    `POST ${repository}/hooks/:hook_id/tests`,
    'the older name (contract 6.1)',
  ],
  [
    `GET ${repository}/statuses/*`,
    `GET ${repository}/commits/:ref/statuses`,
    'the older name (contract 9.1)',
  ],
  [`GET ${repository}/git/refs/*`, `GET ${repository}/git/ref/*`, 'where the `url` of a ref leads'],
  [
    `GET ${repository}/git/matching-refs`,
    `GET ${repository}/git/matching-refs/*`,
    'an empty prefix',
  ],
  [
    `POST ${repository}/git/refs/*`,
    `PATCH ${repository}/git/refs/*`,
    'POST wherever PATCH is (contract 8.9)',
  ],
  [`GET ${repository}/contents`, `GET ${repository}/contents/*`, 'the root directory'],
  [`GET ${repository}/tarball`, `GET ${repository}/tarball/*`, 'the default branch'],
  [`GET ${repository}/zipball`, `GET ${repository}/zipball/*`, 'the default branch'],
  ['POST /graphql', undefined, 'GraphQL describes itself'],
  [`GET ${repository}/legacy.tar.gz/:sha`, undefined, 'where a tarball redirects to'],
  [`GET ${repository}/legacy.zip/:sha`, undefined, 'where a zipball redirects to'],
]

type Relaxation = {
  readonly route: RegExp
  readonly status: number
  readonly fault: RegExp
  /** Why the answer stays as it is, although GitHub's description disagrees. */
  readonly why: string
}

export const relaxations: readonly Relaxation[] = [
  {
    route: /./,
    status: 301,
    fault: /does not answer 301/,
    why: 'a renamed repository moves everything below it (contract 8.2)',
  },
  {
    route: /./,
    status: 307,
    fault: /does not answer 307/,
    why: 'a renamed repository moves everything below it (contract 8.2)',
  },
  {
    route: /^GET .*\/commits\/\*$/,
    status: 200,
    fault: /^ must have required property/,
    why: 'with the media types `sha`, `diff` and `patch` it is text, which is not described',
  },
  {
    route: /^GET .*\/compare\/\*$/,
    status: 200,
    fault: /^ must have required property/,
    why: 'with the media types `diff` and `patch` it is text, which is not described',
  },
  {
    route: /\/check-(runs|suites)/,
    status: 200,
    fault: /conclusion must be equal to one of the allowed values/,
    why: 'a check that has not ended has no conclusion: the list of values forgets null, the type does not',
  },
  {
    route: /\/deployments\/:deployment_id\/statuses/,
    status: 200,
    fault: /state must be equal to one of the allowed values/,
    why: 'a deployment that waits for a review is `waiting` on the wire, which the description forgets (contract 2.3)',
  },
  {
    route: /\/check-runs$/,
    status: 201,
    fault: /conclusion must be equal to one of the allowed values/,
    why: 'a check that has not ended has no conclusion: the list of values forgets null, the type does not',
  },
  {
    route: /^POST .*\/git\/blobs$/,
    status: 422,
    fault: /must match exactly one schema in oneOf/,
    why: 'a refusal is described as one of two shapes, and most refusals are both',
  },
  {
    route: /^GET .*\/contents\/\*$/,
    status: 200,
    fault: /^ must (be array|have required property|match exactly one schema)/,
    why: 'with the media type `raw` it is the file itself, which is not described',
  },
  {
    route: /^GET \/app\/installations$/,
    status: 200,
    fault: /^\/\d+\/account must/,
    why: 'an account is described as a user and an enterprise at once',
  },
]

const used = new Set<Relaxation>()

/** Whether a fault is known to be the description's. */
export function relaxationFor(route: Route, status: number, fault: string): boolean {
  const named = `${route.method} ${byName(route.path)}`
  const found = relaxations.find(
    (one) => one.route.test(named) && one.status === status && one.fault.test(fault),
  )
  if (found) used.add(found)
  return found !== undefined
}

/** Relaxations that nothing needed: each would hide a true fault. */
export const unusedRelaxations = () => relaxations.filter((one) => !used.has(one))

/** Routes that never answer well, and why. */
export const alwaysRefused: Readonly<Record<string, string>> = {
  'GET /rate_limit':
    'limits are off unless the operator wants them, and GitHub Enterprise Server then says so by 404',
  ...Object.fromEntries(
    [
      'GET */pulls/:pull_number',
      'PUT */pulls/:pull_number/update-branch',
      'POST */issues/:issue_number/comments',
    ].flatMap((route) =>
      [repository, '/repositories/:repository_id'].map((base) => [
        route.replace('*', base),
        'there are neither issues nor pull requests',
      ]),
    ),
  ),
}
