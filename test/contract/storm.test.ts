import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  type GeneratedRequest,
  type Known,
  type Operation,
  operations,
  requestsOf,
} from './generated-requests.ts'
import { routesFor } from './routing.ts'
import { type Asked, openPlace, type Person } from './storm-place.ts'

/**
 * 20,000 requests made from GitHub's own description, over sockets that are kept alive: half to a
 * repository, half about one that is private and, word for word, about one that does not exist.
 * On one engine: what is under test is mostly what lies before it, and `fuzz.test.ts` asks both.
 */
const requestsMax = Number(process.env['STORM_REQUESTS'] ?? 20_000)
const seed = Number(process.env['STORM_SEED'] ?? 20_261_121)
/** From when everything has been used once. */
const growthBytesMax = 50 * 1024 * 1024
const warmRequests = 2000
const roundRequests = 500
const shownMax = 20
const concurrent = 8
const deadlineMs = 300_000

type Target = { readonly repo: string; readonly id: number }

/** The request about this repository, by name or by id. */
function aim({ path, ...request }: GeneratedRequest, { repo, id }: Target, isById: boolean) {
  const base = isById ? `/repositories/${id}` : '/repos/{owner}/{repo}'
  const named = path
    .replace('/repos/{owner}/{repo}', base)
    .replace('{owner}', 'octo')
    .replace('{repo}', repo)
    .replace('{repository_id}', String(id))
  return { ...request, path: named }
}

const isOurs = ({ method, path }: Operation) =>
  routesFor(method, path.replace(/\{\w+\}/g, 'x')).length > 0
/** What would end or rename the repository that all others are about. */
const isFinal = ({ method, path }: Operation) =>
  path === '/repos/{owner}/{repo}' && method !== 'GET'
const isOfOurRepository = (operation: Operation) =>
  isOurs(operation) && operation.path.startsWith('/repos/{owner}/{repo}')

const insiders = fc.constantFrom<Person[]>(
  'owner',
  'owner',
  'owner',
  'stranger',
  'narrow',
  'nobody',
)
const outsiders = fc.constantFrom<Person[]>('stranger', 'narrow', 'nobody')

/** Runs through all of them, a few at a time. */
async function each<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values()
  const work = async () => {
    for (const item of rest) await act(item)
  }
  await Promise.all(Array.from({ length: concurrent }, work))
}

type Place = Awaited<ReturnType<typeof openPlace>>
type Shot = { readonly request: GeneratedRequest; readonly isById: boolean; readonly who: Person }
type Aimed = Shot & { readonly target: Target }

const shotsOf = (some: readonly Operation[], known: Known, who: fc.Arbitrary<Person>) =>
  fc.record({ request: requestsOf(some, known), isById: fc.boolean(), who })

/** Mostly what we have about a repository that stays, and now and then the rest of GitHub's API. */
function aimedShots({ known, ids }: Place): fc.Arbitrary<Aimed> {
  const at = (target: Target, some: readonly Operation[]) =>
    shotsOf(some, known, insiders).map((shot) => ({ ...shot, target }))
  const hello = { repo: 'hello', id: ids.hello }
  const scrap = { repo: 'scrap', id: ids.scrap }
  const kept = operations.filter((one) => isOurs(one) && !isFinal(one))
  return fc.oneof(
    { weight: 30, arbitrary: at(hello, kept) },
    { weight: 1, arbitrary: at(hello, operations) },
    { weight: 1, arbitrary: at(scrap, operations.filter(isFinal)) },
  )
}

it('20,000 requests bring nothing down and nothing to light', { timeout: deadlineMs }, async () => {
  const place = await openPlace()
  const { ask, known, ids, findMemory } = place
  const vault = { repo: 'vault', id: ids.vault }
  const ghost = { repo: 'ghost', id: 999_999 }
  const faults: string[] = []

  async function survive({ request, target, isById, who }: Aimed): Promise<void> {
    const asked = { ...aim(request, target, isById), who }
    const { status, text } = await ask(asked)
    if (status >= 500) faults.push(`${shown(asked)} → ${status} ${text}`)
  }
  async function hide({ request, isById, who }: Shot): Promise<void> {
    const asked = { ...aim(request, vault, isById), who }
    const there = comparable(await ask(asked), vault)
    const nowhere = comparable(await ask({ ...aim(request, ghost, isById), who }), ghost)
    if (there !== nowhere) faults.push(`${shown(asked)} → ${there} instead of ${nowhere}`)
  }

  const plain = aimedShots(place)
  const hidden = shotsOf(operations.filter(isOfOurRepository), known, outsiders)
  let before = 0
  for (let sent = 0; sent < requestsMax; sent += roundRequests) {
    const how = { seed: seed + sent }
    await each(fc.sample(plain, { ...how, numRuns: roundRequests / 2 }), survive)
    await each(fc.sample(hidden, { ...how, numRuns: roundRequests / 4 }), hide)
    if (sent === warmRequests) before = await findMemory()
  }
  expect(faults.slice(0, shownMax)).toEqual([])
  expect(await findMemory()).toBeLessThan(before + growthBytesMax)
})

type Answer = Awaited<ReturnType<Place['ask']>>

/** All of an answer but what differs between any two, and the name or id that was asked for. */
function comparable({ status, headers, text }: Answer, { repo, id }: Target): string {
  const {
    date,
    etag,
    'x-github-request-id': requestId,
    // That of a text which is compared itself.
    'content-length': length,
    ...rest
  } = headers
  const all = JSON.stringify({ status, headers: rest, text })
  return all.replaceAll(repo, '{repo}').replaceAll(`/repositories/${id}`, '/repositories/{id}')
}

const shown = ({ method, path, body, who }: Asked) =>
  `${who}: ${method} ${path} ${body?.toString('latin1').slice(0, 500) ?? ''}`
