import { expect, it } from 'vitest'
import { routes } from '../../src/routes.ts'
import { anonymous, callers, permissions, type Reach, rest, scopes } from './reach-model.ts'
import { ownTable } from './reach-own-table.ts'
import { openPlace } from './reach-place.ts'
import { organizationTable } from './reach-table.ts'

/** What each scope, each permission and each role lets a caller do where no repository is spoken of. */

it('the tables have a row for every route that is not below a repository, once', () => {
  const inTables = [...organizationTable, ...ownTable].flatMap(({ requests }) =>
    Object.keys(requests),
  )
  const inServer = routes
    .filter(({ path }) => !/^\/(?:repos\/:owner|repositories\/)/.test(path))
    .map(({ method, path }) => `${method} ${path}`)
  expect(inTables.toSorted()).toEqual(inServer.toSorted())
})

it.each([
  ['of organizations', organizationTable],
  ['of oneself and the server', ownTable],
] as const)(
  'every route %s lets in whom the table says',
  { timeout: 180_000 },
  async (_, table) => {
    const place = await openPlace()
    for (const group of table) {
      for (const request of Object.keys(group.requests)) {
        for (const grant of [anonymous, ...scopes, ...permissions]) {
          const found = await verdicts(place, { group, request, grant })
          const what = `${group.what}: ${request} with ${grant}`
          expect.soft(found, what).toEqual(expected(group.rows, grant))
        }
      }
    }
  },
)

type Place = Awaited<ReturnType<typeof openPlace>>
type Asked = { readonly group: Reach; readonly request: string; readonly grant: string }

async function verdicts(place: Place, { group, request, grant }: Asked): Promise<string[]> {
  const found: string[] = []
  for (const caller of grant === anonymous ? callers.slice(0, 1) : callers) {
    const { status, accepted } = await place.answerTo(request, caller, grant)
    if (grant.includes('=')) {
      expect.soft([request, accepted]).toEqual([request, group.accepted])
    }
    found.push(status === group.requests[request] ? 'ok' : String(status))
  }
  return found
}

function expected(rows: Reach['rows'], grant: string): string[] {
  const named = rows.find(([grants]) => grants === grant || grants.split(' ').includes(grant))
  const row = named ?? rows.find(([grants]) => grants === rest)
  return row?.[1].trim().split(/\s+/) ?? []
}
