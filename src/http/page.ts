export type Query = Readonly<Record<string, string>>

export type Page = {
  readonly limit: number
  readonly offset: number
  readonly page: number
}

/** How many there are on a page: unless asked, and at most. */
type PageSizes = { readonly usual: number; readonly max: number }

const usualSizes: PageSizes = { usual: 30, max: 100 }

/** GitHub's paging: 30 a page unless asked, never more than 100; nonsense means the default (contract 8.6). */
export function pageOf(query: Query, sizes = usualSizes): Page {
  const limit = Math.min(positive(query['per_page'], sizes.usual), sizes.max)
  const page = positive(query['page'], 1)
  return { limit, page, offset: (page - 1) * limit }
}

/** Beyond the end of every list, and still a number that both engines can count to. */
const numberMax = 999_999_999

function positive(text: string | undefined, otherwise: number): number {
  const number = /^\d+$/.test(text ?? '') ? Number(text) : 0
  return number > 0 ? Math.min(number, numberMax) : otherwise
}

/**
 * The `Link` header of a page out of `total` rows, or nothing where all fit on
 * one. `url` is the list's address by numeric id, without a query; the order of
 * the rels is the one GitHub sends.
 */
export function linkHeader(
  url: string,
  query: Query,
  total: number,
  sizes = usualSizes,
): Record<string, string> {
  const { limit, page } = pageOf(query, sizes)
  const last = Math.max(1, Math.ceil(total / limit))
  if (last === 1) return {}
  const prev = Math.min(page - 1, last)
  return linksTo(url, query, { prev, ...(page < last ? { next: page + 1, last } : {}) })
}

/** The same for a list too long to be counted for each page of it: without `last` (contract 8.6). */
export function openLinkHeader(
  url: string,
  query: Query,
  hasNext: boolean,
): Record<string, string> {
  const { page } = pageOf(query)
  if (page === 1 && !hasNext) return {}
  return linksTo(url, query, { prev: page - 1, ...(hasNext ? { next: page + 1 } : {}) })
}

type Targets = { readonly prev: number; readonly next?: number; readonly last?: number }

function linksTo(url: string, query: Query, { prev, next, last }: Targets) {
  const to = (target: number | undefined, rel: string) => {
    if (!target) return []
    const parameters = new URLSearchParams({ ...query, page: String(target) })
    return [`<${url}?${parameters}>; rel="${rel}"`]
  }
  const first = prev > 0 ? 1 : undefined
  const links = [to(prev, 'prev'), to(next, 'next'), to(last, 'last'), to(first, 'first')]
  return { link: links.flat().join(', ') }
}
