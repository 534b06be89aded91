import { html } from 'ghtml'
import type { RowOf } from '../../store/query.ts'
import { pagination } from '../elements/pagination.ts'
import type { UserVisit } from '../web/route.ts'
import { accountsLike } from './queries.ts'

const perPage = 50
const keyCharactersMax = 39

const listed = { User: accountsLike('User'), Organization: accountsLike('Organization') }

export type Listed = RowOf<(typeof listed)['User']>

/** One page of them, by what is searched for, and the links to the others. */
export async function findPage(visit: UserVisit, type: keyof typeof listed, path: string) {
  const { q = '', page = '1' } = visit.query
  const number = /^[1-9]\d{0,4}$/.test(page) ? Number(page) : 1
  // What is no part of any login finds nothing, rather than everything that a wildcard finds.
  const key = q.toLowerCase().slice(0, keyCharactersMax).replaceAll(/[%_]/g, '!')
  const rows = await visit.app.store.read.all(listed[type], {
    key,
    limit: perPage + 1,
    offset: (number - 1) * perPage,
  })
  const links = pagination(
    path,
    { q },
    {
      ...(number > 1 && { newer: { page: String(number - 1) } }),
      ...(rows.length > perPage && { older: { page: String(number + 1) } }),
    },
  )
  return { accounts: rows.slice(0, perPage), links }
}

export const searchForm = (path: string, { query }: UserVisit): string =>
  html`<form class="inline" method="get" action="${path}" role="search"><input name="q" type="search" aria-label="Find by username" placeholder="Find by username" value="${query['q'] ?? ''}"><button>Find</button></form>`
