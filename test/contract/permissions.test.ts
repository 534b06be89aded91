import { expect, it } from 'vitest'
import {
  type Group,
  otherPermissions,
  people,
  singlePermissions,
  verdictsOf,
} from './scope-model.ts'
import {
  elsewhere,
  installation,
  openPlace,
  type Place,
  pathOf,
  type Visibility,
  visibilities,
} from './scope-place.ts'
import { gitTable, table } from './scope-table.ts'

/** What fine-grained tokens let their users do, asked over the wire (contract 7.3, 7.5). */

type Person = (typeof people)[number]

type Asked = {
  readonly group: Group
  readonly request: string
  readonly letIn: number
  readonly visibility: Visibility
}

const everyAsked = (groups: readonly Group[]): Asked[] =>
  groups.flatMap((group) =>
    Object.entries(group.requests).flatMap(([request, letIn]) =>
      visibilities.map((visibility) => ({ group, request, letIn, visibility })),
    ),
  )

it('every route lets in whose token has the permission that the table says', {
  timeout: 300_000,
}, async () => {
  const place = await openPlace()
  for (const asked of everyAsked(table)) {
    const found = await verdicts(asked, (grant, person) =>
      statusOf(place, asked, { grant, person }),
    )
    expect.soft(found, nameOf(asked)).toEqual(await verdicts(asked, expected(asked)))
  }
})

it('an installation has no role, only permissions: with them it is let in as the owner is', {
  timeout: 60_000,
}, async () => {
  const place = await openPlace()
  const { grant, permission } = installation
  for (const asked of everyAsked(table)) {
    const found = await statusOf(place, asked, { grant, person: 'owner' })
    // It is an App, and lacks only a rule of its own there.
    const isForApps = asked.request.endsWith('/deployment_protection_rule')
    const verdict = isForApps ? '422' : expected(asked)(permission, 'owner')
    expect.soft([nameOf(asked), found]).toEqual([nameOf(asked), verdict])
  }
})

it('git over HTTP takes tokens for contents', { timeout: 60_000 }, async () => {
  const place = await openPlace()
  for (const asked of everyAsked(gitTable)) {
    const path = `/owner/${asked.visibility}.git/info/refs?service=${asked.request}`
    const found = await verdicts(asked, async (grant, person) =>
      verdictOf(asked, await place.askGit(path, { grant, person })),
    )
    expect.soft(found, nameOf(asked)).toEqual(await verdicts(asked, expected(asked)))
  }
})

it('a token for something else does not even learn that a repository exists', {
  timeout: 60_000,
}, async () => {
  const place = await openPlace()
  for (const asked of everyAsked(table).filter(takesPermission)) {
    for (const grant of elsewhere) {
      const status = await place.ask(pathOf(place, asked.request, 'private'), {
        person: 'owner',
        grant,
      })
      expect.soft([asked.request, grant, status]).toEqual([asked.request, grant, 404])
    }
  }
})

it('every answer names the permission that was asked for', async () => {
  const place = await openPlace()
  for (const { group, request, visibility } of everyAsked(table)) {
    const first = permissionRowOf(group)?.[0].split(' ')[0]
    const who = { person: 'stranger', grant: 'metadata=read' }
    const { accepted } = await place.answerTo(pathOf(place, request, visibility), who)
    expect.soft([request, accepted]).toEqual([request, first])
  }
})

const permissionRowOf = ({ rows }: Group) => rows.find(([names]) => names.includes('='))
const takesPermission = ({ group, visibility }: Asked) =>
  visibility === 'private' && permissionRowOf(group) !== undefined
const nameOf = ({ group, request, visibility }: Asked) =>
  `${group.what}: ${request} on a ${visibility} repository`

/**
 * A line for each permission, `deployments=read: ok ok 403 404`: of the owner for
 * all of them, of the others for those that the table names and for one that it may not.
 */
async function verdicts(asked: Asked, verdict: Verdict): Promise<string[]> {
  const named = permissionRowOf(asked.group)?.[0].split(' ') ?? []
  const lineOf = async (grant: string) => {
    const isForAll = grant === 'metadata=read' || named.includes(grant)
    const found: string[] = []
    for (const person of isForAll ? people : people.slice(0, 1)) {
      found.push(await verdict(grant, person))
    }
    return `${grant}: ${found.join(' ')}`
  }
  // What changes nothing can be asked all at once.
  if (asked.request.startsWith('GET')) return await Promise.all(singlePermissions.map(lineOf))
  const lines: string[] = []
  for (const grant of singlePermissions) lines.push(await lineOf(grant))
  return lines
}

type Verdict = (grant: string, person: Person) => string | Promise<string>

const expected =
  ({ group, visibility }: Asked) =>
  (grant: string, person: Person): string => {
    const all = verdictsOf(group, grant, { visibility, rest: otherPermissions })
    return all[people.indexOf(person)] ?? 'not in the table'
  }

const verdictOf = ({ letIn }: Asked, status: number): string =>
  status === letIn ? 'ok' : String(status)

async function statusOf(place: Place, asked: Asked, who: { grant: string; person: string }) {
  const { request, visibility } = asked
  const status = await place.ask(pathOf(place, request, visibility), who)
  if (status === 204) await place.restore(request, visibility)
  return verdictOf(asked, status)
}
