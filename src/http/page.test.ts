import { expect, it } from 'vitest'
import { linkHeader, openLinkHeader, pageOf } from './page.ts'

const url = 'http://localhost/api/v3/repositories/1/deployments'
const relsOf = (query: Record<string, string>, total: number) =>
  [...(linkHeader(url, query, total)['link'] ?? '').matchAll(/[?&]page=(\d+)>; rel="(\w+)"/g)].map(
    ([, page, rel]) => `${rel} ${page}`,
  )

it('gives 30 a page unless asked, and 100 at most', () => {
  expect(pageOf({})).toEqual({ limit: 30, page: 1, offset: 0 })
  expect(pageOf({ per_page: '500', page: '3' })).toEqual({ limit: 100, page: 3, offset: 200 })
})

it('takes nonsense for the default', () => {
  for (const nonsense of ['0', '-1', 'x', '', '1.5']) {
    expect(pageOf({ per_page: nonsense, page: nonsense })).toEqual(pageOf({}))
  }
})

it('caps a number of any length, and never takes a page far beyond the end for the first', () => {
  expect(pageOf({ per_page: '9'.repeat(30) }).limit).toBe(100)
  expect(pageOf({ page: '9'.repeat(30) }).offset).toBeGreaterThan(1e9)
})

it('links only where there is more than one page, in the order GitHub does', () => {
  expect(relsOf({}, 30)).toEqual([])
  expect(relsOf({}, 61)).toEqual(['next 2', 'last 3'])
  expect(relsOf({ page: '2' }, 61)).toEqual(['prev 1', 'next 3', 'last 3', 'first 1'])
  expect(relsOf({ page: '3' }, 61)).toEqual(['prev 2', 'first 1'])
})

it('keeps the other parameters', () => {
  expect(linkHeader(url, { environment: 'a b', per_page: '1' }, 2)['link']).toContain(
    `<${url}?environment=a+b&per_page=1&page=2>; rel="next"`,
  )
})

it('leaves out the last page of a list that was not counted', () => {
  const relsOf = (page: string, hasNext: boolean) =>
    [...(openLinkHeader(url, { page }, hasNext)['link'] ?? '').matchAll(/rel="(\w+)"/g)].map(
      ([, rel]) => rel,
    )
  expect(relsOf('1', false)).toEqual([])
  expect(relsOf('1', true)).toEqual(['next'])
  expect(relsOf('2', true)).toEqual(['prev', 'next', 'first'])
  expect(relsOf('2', false)).toEqual(['prev', 'first'])
})
