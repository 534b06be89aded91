import { describe, expect, it } from 'vitest'
import { nextQueryOf, pathOf } from './page.ts'

describe('the next page', () => {
  it('is found among the other links', () => {
    const link =
      '<https://h/api/v3/repositories/1/deployments?page=1>; rel="prev", <https://h/api/v3/repositories/1/deployments?per_page=2&page=3>; rel="next", <https://h/x?page=9>; rel="last"'
    expect(nextQueryOf(link)).toEqual({ per_page: '2', page: '3' })
  })

  it('keeps a cursor as it is', () => {
    expect(nextQueryOf('</x?cursor=v1_%3D>; rel="next"')).toEqual({ cursor: 'v1_=' })
  })

  it.each(['', '<https://h/x?page=1>; rel="prev"', 'garbage', '<http://[>; rel="next"'])(
    'is nothing in %j',
    (link) => expect(nextQueryOf(link)).toBeUndefined(),
  )
})

describe('a path', () => {
  it('encodes every part', () => {
    expect(pathOf('octo/docs', 'environments', 'pr/1 ?')).toBe(
      '/repos/octo/docs/environments/pr%2F1%20%3F',
    )
  })

  it.each(['docs', 'octo/docs/x', 'octo/..', '/docs', 'octo/do cs'])(
    'refuses %j as a repository',
    (name) => {
      expect(() => pathOf(name)).toThrow(`not "${name}"`)
    },
  )
})
