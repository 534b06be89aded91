import type { Current, GridRow } from '../../current/model.ts'

/** An environment's name, for all repositories that have one called so. */
export type Column = { readonly key: string; readonly name: string }

export type Columns = {
  /** In the order in which changes travel, production last. */
  readonly shown: readonly Column[]
  /** Too rare for a column of their own. */
  readonly folded: ReadonlySet<string>
}

const shownMax = 6

/** From where things are tried to where they are used; what is none of these comes before staging. */
const tiers: readonly RegExp[] = [
  /^(pr|pull|preview|review|feature|branch)\b/,
  /^(dev|develop|development|local|sandbox|playground|lab)\b/,
  /^(ci|test|testing|qa|integration|e2e)\b/,
  /^(?!.*(stag|uat|prod|live|main|canary|demo|accept))/,
  /^(stag|stage|staging|uat|accept|acceptance|pre-?prod|pre-?production|demo)/,
  /^canary\b/,
]

function tierOf(key: string): number {
  const tier = tiers.findIndex((pattern) => pattern.test(key))
  return tier < 0 ? tiers.length : tier
}

/** As many columns as fit, of the names that most repositories have. */
export function columnsOf(rows: readonly GridRow[]): Columns {
  const named = Map.groupBy(
    rows.flatMap(({ environments }) => environments),
    ({ name }) => keyOf(name),
  )
  const all = [...named].map(([key, same]) => ({
    key,
    name: same[0]?.name ?? key,
    count: same.length,
    tier: tierOf(key),
  }))
  const common = all.sort((a, b) => b.count - a.count || b.tier - a.tier || order(a.key, b.key))
  const shown = common.slice(0, common.length === shownMax + 1 ? shownMax + 1 : shownMax)
  return {
    shown: shown.sort((a, b) => a.tier - b.tier || b.count - a.count || order(a.key, b.key)),
    folded: new Set(common.slice(shown.length).map(({ key }) => key)),
  }
}

/** Names ignore case. */
export const keyOf = (name: string): string => name.toLowerCase()

export const environmentIn = ({ environments }: GridRow, key: string): Current | undefined =>
  environments.find(({ name }) => keyOf(name) === key)

const order = (a: string, b: string) => (a < b ? -1 : 1)
