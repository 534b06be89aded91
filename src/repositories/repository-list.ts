import type { Account } from '../accounts/model.ts'
import { ownPlace } from '../auth/auth.ts'
import type { Call } from '../auth/route.ts'
import { type Answer, okKept } from '../http/answer.ts'
import { linkHeader, pageOf, type Query } from '../http/page.ts'
import { Problem } from '../lib/problem.ts'
import type { Listed, ListWord, SortColumn, Source } from './list-queries.ts'
import { listedRepository, permissionsOf } from './payload.ts'
import { countRepositories, findRepositories } from './repositories.ts'

const columns: readonly SortColumn[] = ['created', 'updated', 'pushed', 'full_name']

/** The caller's own list: `type`, or `visibility` and `affiliation`, but not both (GitHub: "List repositories for the authenticated user"). */
export function ownListWords(query: Query): ListWord[] {
  const { type, visibility, affiliation } = query
  if (type !== undefined && (visibility ?? affiliation) !== undefined) {
    const message = 'If you specify visibility or affiliation, you cannot specify type.'
    throw new Problem('invalid', message)
  }
  const sources = sourcesOfType(type) ?? sourcesOf(affiliation)
  return [...sources, ...privacyWords(type ?? visibility), ...timeWords(query)]
}

/** What others see of a user's: only what is public. */
export function userListWords({ type }: Query): ListWord[] {
  const isAll = type === 'all'
  const owned: Source[] = type === 'member' ? [] : ['owned']
  const others: Source[] = isAll || type === 'member' ? ['collaborating', 'organizations'] : []
  return [...owned, ...others, 'public']
}

/** Everything of the organization that the caller may see. */
export const organizationListWords = ({ type }: Query): ListWord[] => [
  'owned',
  'visible',
  ...privacyWords(type),
]

function sourcesOfType(type: string | undefined): Source[] | undefined {
  if (type === 'owner') return ['owned']
  return type === 'member' ? ['collaborating', 'organizations'] : undefined
}

const affiliations: Readonly<Record<string, Source>> = {
  owner: 'owned',
  collaborator: 'collaborating',
  organization_member: 'organizations',
}

function sourcesOf(affiliation: string | undefined): Source[] {
  const asked = (affiliation ?? '').split(',').map((name) => name.trim())
  const known = Object.keys(affiliations).filter((name) => asked.includes(name))
  const names = known.length > 0 ? known : Object.keys(affiliations)
  return names.flatMap((name) => affiliations[name] ?? [])
}

const privacyWords = (asked: string | undefined): ListWord[] =>
  asked === 'public' || asked === 'private' ? [asked] : []

const timeWords = (query: Query): ListWord[] =>
  (['since', 'before'] as const).filter((name) => isoOf(query[name]) !== '')

/** Nonsense is as good as nothing, as with `per_page`. */
function isoOf(text: string | undefined): string {
  if (!text) return ''
  const time = new Date(text)
  return Number.isNaN(time.getTime()) ? '' : time.toISOString()
}

type Listing = {
  readonly subject: Account
  readonly words: readonly ListWord[]
  readonly sort: SortColumn
  /** Of the list, for `Link`. */
  readonly url: string
}

/** A page of repositories. Private ones only for a token with `repo` (contract 7.2), or with permissions that reach them. */
export async function answerList(call: Call, listing: Listing): Promise<Answer> {
  const { actor, query, urls } = call
  const { read } = call.app.store
  const words = [...listing.words, ...orderWords(query, listing.sort)]
  const params = paramsOf(call, listing.subject)
  const total = await countRepositories(read, actor, words, params)
  const found = await findRepositories(read, actor, words, params)
  const isUser = actor.kind === 'user'
  const rows = found.flatMap(({ repository, permission }) => [repository, permission])
  const build = () =>
    found.map(({ repository, permission }) =>
      listedRepository(repository, urls, isUser ? permissionsOf(permission) : undefined),
    )
  return okKept(
    ownPlace(call),
    { from: [urls, isUser, ...rows], build },
    linkHeader(listing.url, query, total),
  )
}

function orderWords({ sort, direction }: Query, usual: SortColumn): ListWord[] {
  const column = columns.find((known) => known === sort) ?? usual
  const isUp = direction === 'asc' || (direction !== 'desc' && column === 'full_name')
  return isUp ? [column] : [column, 'descending']
}

function paramsOf({ query }: Call, subject: Account): Listed {
  const { limit, offset } = pageOf(query)
  return {
    subject_id: subject.id,
    since: isoOf(query['since']),
    before: isoOf(query['before']),
    limit,
    offset,
  }
}
