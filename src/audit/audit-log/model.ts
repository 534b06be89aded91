import type { Query } from '../../http/page.ts'
import { Problem } from '../../lib/problem.ts'

/** What of the log is asked for, by name and value. */
export type Filter = {
  readonly action?: string
  readonly actor?: string
  readonly environment?: string
  readonly repo?: string
  readonly since?: string
  readonly until?: string
  readonly is?: 'refused'
}

const words = ['action', 'actor', 'environment', 'repo', 'since', 'until', 'is'] as const
const phraseCharactersMax = 1000

/**
 * `action:environment.update actor:octocat since:2026-01-31`, as GitHub's audit log is
 * searched; a value with a space stands in quotes. Throws `bad_request` for what is none
 * of the words, rather than show what was not asked for.
 */
export function parsePhrase(phrase: string): Filter {
  if (phrase.length > phraseCharactersMax) {
    throw new Problem('bad_request', `phrase is too long (maximum is ${phraseCharactersMax})`)
  }
  const terms = phrase.match(/[^\s:]+:"[^"]*"|\S+/g) ?? []
  return Object.fromEntries(terms.map(parseTerm))
}

function parseTerm(term: string): [string, string] {
  const [, name = '', quoted] = /^(\w+):(.+)$/s.exec(term) ?? []
  const value = quoted?.replace(/^"(.*)"$/s, '$1')
  if (!words.some((word) => word === name) || !value) {
    const known = words.map((word) => `${word}:`).join(', ')
    throw new Problem('bad_request', `phrase has "${term}"; it may have ${known} with a value`)
  }
  if (name === 'is' && value !== 'refused')
    throw new Problem('bad_request', `is: takes refused, not "${value}"`)
  return [name, name === 'since' || name === 'until' ? parseTime(name, value) : value]
}

function parseTime(name: string, text: string): string {
  const time = Date.parse(text)
  if (Number.isFinite(time)) return new Date(time).toISOString()
  throw new Problem('bad_request', `${name}: takes a date or a time, not "${text}"`)
}

/** Below which entry the page begins. Throws `bad_request` for what no page gave. */
export function cursorIn({ after }: Query): number {
  if (after === undefined) return Number.MAX_SAFE_INTEGER
  const [, id] = /^v1_(\d{1,15})$/.exec(after) ?? []
  if (id !== undefined) return Number(id)
  throw new Problem(
    'bad_request',
    `after must be what a page's Link gave, not "${after.slice(0, 100)}"`,
  )
}

export const cursorOf = (id: number): string => `v1_${id}`
