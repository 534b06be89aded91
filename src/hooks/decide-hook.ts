import type { FieldProblem } from '../lib/problem.ts'
import type { Holder } from './model.ts'

/** What is known of a hook that somebody wants to have. */
export type HookFacts = {
  readonly name: string
  /** The URL as given, and what is thought of it; `host` is the one that we do not connect to. */
  readonly url: string | undefined
  readonly verdict: UrlVerdict
  readonly events: readonly string[]
  readonly holder: Holder['type']
  /** The other hooks of the holder. */
  readonly others: readonly { readonly url: string; readonly events: readonly string[] }[]
}

type UrlVerdict =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'unreachable_host'; readonly host: string }

/** GitHub's limit (contract 6.4). */
const hooksPerEventMax = 20

/** What is wrong with it, in GitHub's words (contract 6.4). Nothing when it may be. */
export function decideHook(facts: HookFacts): readonly FieldProblem[] {
  if (facts.name !== 'web') return [{ resource: 'Hook', field: 'name', code: 'invalid' }]
  const urlProblem = problemOfUrl(facts)
  if (urlProblem) return [problem(urlProblem)]
  const isDuplicate = facts.others.some(
    (other) => other.url === facts.url && areSame(other.events, facts.events),
  )
  if (isDuplicate) return [problem(`Hook already exists on this ${facts.holder}`)]
  return facts.events
    .filter((event) => listeners(facts, event) >= hooksPerEventMax)
    .map((event) => problem(`The "${event}" event cannot have more than ${hooksPerEventMax} hooks`))
}

function problemOfUrl({ url, verdict }: HookFacts): string | null {
  if (!url) return 'Config must contain URL for webhooks'
  switch (verdict.kind) {
    case 'accepted':
      return null
    case 'malformed':
      return "The URL you've entered is not valid. Please make sure that you encode all special characters first"
    case 'unreachable_host':
      return `Sorry, the URL host ${verdict.host} is not supported because it isn't reachable over the public Internet`
  }
}

const problem = (message: string): FieldProblem => ({ resource: 'Hook', code: 'custom', message })

/** Whether two lists have the same names, in any order. */
export const areSame = (some: readonly string[], others: readonly string[]) =>
  [...some].sort().join() === [...others].sort().join()

const listeners = ({ others }: HookFacts, event: string) =>
  others.filter(({ events }) => events.includes(event)).length

/** `*` swallows all other names, and a name counts once (contract 6.2). */
export function eventsOf(names: readonly string[]): readonly string[] {
  return names.includes('*') ? ['*'] : [...new Set(names)].sort()
}

/** The events after an edit: a new list replaces, then additions and removals apply. */
export function editedEvents(
  before: readonly string[],
  edit: {
    readonly events?: readonly string[] | undefined
    readonly add_events: readonly string[]
    readonly remove_events: readonly string[]
  },
): readonly string[] {
  const list = [...(edit.events ?? before), ...edit.add_events]
  return eventsOf(list.filter((name) => !edit.remove_events.includes(name)))
}
