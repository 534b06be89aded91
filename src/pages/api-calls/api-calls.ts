import type { Method, Route } from '../../auth/route.ts'
import { enterpriseRoutes } from '../../enterprise/routes.ts'
import type { Answer } from '../../http/answer.ts'
import { Problem } from '../../lib/problem.ts'
import { organizationRoutes } from '../../organizations/routes.ts'
import { teamMemberRoutes } from '../../teams/member-routes.ts'
import { teamRepositoryRoutes } from '../../teams/repository-routes.ts'
import { teamRoutes } from '../../teams/routes.ts'
import { callOf } from '../dashboard/dashboard.ts'
import type { UserVisit } from '../web/route.ts'

const routes: readonly Route[] = [
  ...organizationRoutes,
  ...teamRoutes,
  ...teamMemberRoutes,
  ...teamRepositoryRoutes,
  ...enterpriseRoutes,
]

type Asked = Parameters<typeof callOf>[1] & {
  /** What to say where something that was typed is not there: "Not Found" would be about the page. */
  readonly absent?: string
}

/**
 * Has a route of the API do what a form asks for, as the person who posted it: who may, what is refused and
 * what is written down is the same, and said once. Throws what the route throws.
 */
export async function askApi(
  visit: UserVisit,
  method: Method,
  path: string,
  { absent, ...asked }: Asked = {},
): Promise<Answer> {
  const route = routes.find((one) => one.method === method && one.path === path)
  if (!route) throw new Error(`The API has no ${method} ${path}`)
  try {
    return await route.handler(callOf(visit, asked))
  } catch (error) {
    const isAbsent = error instanceof Problem && error.code === 'not_found'
    if (!isAbsent || absent === undefined) throw error
    throw new Problem('invalid', absent)
  }
}
