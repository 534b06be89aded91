import { Problem } from '../lib/problem.ts'
import { ApiProblem } from './model.ts'
import type { Transport } from './transport.ts'

type List = {
  readonly path: string
  readonly query?: Readonly<Record<string, string | undefined>>
  /** Where the list is, when it is wrapped: `{ total_count, environments }`. */
  readonly member?: string
}

const perPage = '100'
/** A list that never ends is a fault of the server. */
const pagesMax = 1000

/** Follows `Link: rel="next"` (contract 8.6), a page at a time. */
export async function* pagesOf<T>(transport: Transport, list: List): AsyncGenerator<T> {
  let query: List['query'] = { per_page: perPage, ...list.query }
  for (let page = 1; page <= pagesMax; page += 1) {
    const answer = await transport({ method: 'GET', path: list.path, query })
    yield* parseList<T>(answer.text, list)
    const next = nextQueryOf(answer.headers.get('link') ?? '')
    if (next === undefined) return
    query = next
  }
}

/**
 * Only the query of the next link is followed, never its host or path: the token
 * goes to the server it was given for, even behind a proxy that knows another name.
 */
export function nextQueryOf(link: string): Record<string, string> | undefined {
  const target = /<([^>]+)>\s*;[^,<]*\brel="?next"?/.exec(link)?.[1]
  if (target === undefined || !URL.canParse(target, 'http://localhost')) return undefined
  return Object.fromEntries(new URL(target, 'http://localhost').searchParams)
}

function parseList<T>(text: string, { path, member }: List): T[] {
  const body = parseJson<Record<string, unknown>>(text, path)
  const items = member === undefined ? body : body[member]
  if (!Array.isArray(items)) throw unreadable(path, 'not a list')
  return items as T[]
}

/** The shape is GitHub's promise; that it is JSON at all is checked here. */
export function parseJson<T>(text: string, path: string): T {
  try {
    return JSON.parse(text) as T
  } catch (cause) {
    throw unreadable(path, 'not JSON', cause)
  }
}

const unreadable = (path: string, what: string, cause?: unknown) =>
  new ApiProblem(
    `The server's answer is ${what}; is the API's URL right? It ends in /api/v3 except on api.github.com. (${path})`,
    { kind: 'unreadable', status: 0, cause },
  )

/** `/repos/{owner}/{repo}/…`, each part encoded. Throws `invalid` for a name that is not `owner/name`. */
export function pathOf(repository: string, ...parts: readonly (string | number)[]): string {
  const names = repository.split('/')
  const isName =
    names.length === 2 && names.every((name) => /^[\w.-]+$/.test(name) && !/^\.+$/.test(name))
  if (!isName)
    throw new Problem('invalid', `A repository is named owner/name, not "${repository}".`)
  return ['/repos', ...names, ...parts]
    .map((part, at) => (at === 0 ? part : encodeURIComponent(part)))
    .join('/')
}
