import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Route } from '../../src/auth/route.ts'
import { routes } from '../../src/routes.ts'

/** One operation of GitHub's description that the contract asks for. */
export type Operation = {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly tier: 'core' | 'auth' | 'adjacent' | 'surface'
  readonly docs: string
}

export const operations: readonly Operation[] = JSON.parse(
  readFileSync(join(import.meta.dirname, 'operations.json'), 'utf8'),
)

/** Operations that no route answers. */
export const missingOperations = () =>
  operations.filter((operation) => !routes.some((route) => answers(route, operation)))

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
