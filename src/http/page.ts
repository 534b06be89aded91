export type Query = Readonly<Record<string, string>>

export type Page = {
  readonly limit: number
  readonly offset: number
  readonly page: number
}

const perPageMax = 100

/** GitHub's paging: 30 a page unless asked, never more than 100; nonsense means the default (contract 8.6). */
export function pageOf(query: Query): Page {
  const limit = Math.min(positive(query['per_page'], 30), perPageMax)
  const page = positive(query['page'], 1)
  return { limit, page, offset: (page - 1) * limit }
}

function positive(text: string | undefined, otherwise: number): number {
  const number = /^\d{1,9}$/.test(text ?? '') ? Number(text) : 0
  return number > 0 ? number : otherwise
}

/**
 * The `Link` header of a page out of `total` rows, or nothing where all fit on
 * one. `url` is the list's address by numeric id, without a query; the order of
 * the rels is the one GitHub sends.
 */
export function linkHeader(url: string, query: Query, total: number): Record<string, string> {
  const { limit, page } = pageOf(query)
  const last = Math.max(1, Math.ceil(total / limit))
  if (last === 1) return {}
  const link = linker(url, query)
  return join([
    ...(page > 1 ? [link(Math.min(page - 1, last), 'prev')] : []),
    ...(page < last ? [link(page + 1, 'next'), link(last, 'last')] : []),
    ...(page > 1 ? [link(1, 'first')] : []),
  ])
}

/** The same for a list that nobody has counted: without `last`. */
export function openLinkHeader(
  url: string,
  query: Query,
  hasMore: boolean,
): Record<string, string> {
  const { page } = pageOf(query)
  const link = linker(url, query)
  return join([
    ...(page > 1 ? [link(page - 1, 'prev')] : []),
    ...(hasMore ? [link(page + 1, 'next')] : []),
    ...(page > 1 ? [link(1, 'first')] : []),
  ])
}

const linker = (url: string, query: Query) => (page: number, rel: string) =>
  `<${url}?${new URLSearchParams({ ...query, page: String(page) })}>; rel="${rel}"`

const join = (links: readonly string[]): Record<string, string> =>
  links.length === 0 ? {} : { link: links.join(', ') }
