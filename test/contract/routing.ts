import type { Route } from '../../src/auth/route.ts'
import { joinNames } from '../../src/http/name-path.ts'
import { routes } from '../../src/routes.ts'

/** The route that a path leads to: segment by segment, a literal beats a parameter, which beats the rest. */
export function routeFor(method: string, path: string): Route {
  const routed = joinNames(path)
  const [route] = routesFor(method, routed).sort((a, b) => weightOf(a).localeCompare(weightOf(b)))
  if (!route) throw new Error(`No route answers ${method} ${path}`)
  return route
}

/** All routes whose pattern the path fits. */
export const routesFor = (method: string, path: string): Route[] =>
  routes.filter((route) => route.method === method && patternOf(route).test(path))

const weightOf = ({ path }: Route) => path.split('/').map(generality).join('')

function generality(segment: string): 0 | 1 | 2 {
  if (segment === '*') return 2
  return segment.startsWith(':') ? 1 : 0
}

const patterns = ['[^/]+', '.*'] as const

function patternOf({ path }: Route): RegExp {
  const segments = path.split('/').map((segment) => {
    const general = generality(segment)
    return general === 0 ? segment.replaceAll('.', '\\.') : patterns[general - 1]
  })
  return new RegExp(`^${segments.join('/')}$`)
}
