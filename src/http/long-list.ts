import { linkHeader, openLinkHeader, type Query } from './page.ts'

/**
 * Histories have no end, and counting one for each page would make the first
 * page of a million rows slow. So they are counted this far, from an index, and
 * `last` is left out beyond, as GitHub does with its large lists (contract 8.6).
 */
const countMax = 1000

type List<Row> = {
  /** Of the list, by numeric id and without a query. */
  readonly url: string
  readonly query: Query
  readonly limit: number
  /** One more than asked for, where there are more. */
  readonly rows: readonly Row[]
  readonly count: (count_max: number) => Promise<{ readonly count: number } | undefined>
}

/** The rows of this page and its `Link` header. */
export async function pageWithLinks<Row>({ url, query, limit, rows, count }: List<Row>) {
  const page = rows.slice(0, limit)
  const hasNext = rows.length > limit
  const counted = (await count(countMax + 1))?.count ?? 0
  const isCounted = counted <= countMax
  const headers = isCounted ? linkHeader(url, query, counted) : openLinkHeader(url, query, hasNext)
  return { page, headers }
}
