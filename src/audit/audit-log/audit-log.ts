import type { App } from '../../app.ts'
import type { AuditEntryRow } from '../../tables/events.ts'
import { parsePhrase } from './model.ts'
import { entriesBy, type Term } from './queries.ts'

/** Whose log: a repository's or an owner's. */
export type Of = { readonly term: 'of repository' | 'of owner'; readonly id: number }

type Asked = {
  /** `action:environment.update actor:octocat`. */
  readonly phrase: string
  /** Below which entry the page begins. */
  readonly before: number
  readonly limit: number
}

type Page = {
  readonly rows: readonly AuditEntryRow[]
  /** The last one, where there are more below it. */
  readonly last: AuditEntryRow | undefined
}

/** Newest first; of everything where nobody's is named. Throws `bad_request` for a phrase that is none. */
export async function findEntries(
  { store }: Pick<App, 'store'>,
  { phrase, before, limit }: Asked,
  of: Of | undefined,
): Promise<Page> {
  const filter = parsePhrase(phrase)
  const terms: Term[] = [
    ...(Object.keys(filter) as (keyof typeof filter)[]),
    ...(of ? [of.term] : []),
  ]
  const params = { ...nothing, ...filter, id: of?.id ?? 0, before, limit: limit + 1 }
  const rows = await store.read.all(entriesBy(terms), params)
  const page = rows.slice(0, limit)
  return { rows: page, last: rows.length > limit ? page.at(-1) : undefined }
}

const nothing = { action: '', actor: '', environment: '', repo: '', since: '', until: '', is: '' }
