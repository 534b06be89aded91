import type { Current, GridRow, Standing } from '../../current/model.ts'
import type { Repository } from '../../repositories/model.ts'

/** What the reader wants to see, as typed: `env:production state:failure is:problem checkout`. */
export type Filter = {
  readonly text: string
  readonly words: readonly Word[]
}

type Word = { readonly name: Name | 'text'; readonly value: string }

/** Of words with the same name one must fit; of different names, and of plain text, all. */
const names = ['repo', 'owner', 'env', 'state', 'by', 'is'] as const
type Name = (typeof names)[number]

const filterCharactersMax = 255
const isName = (text: string): text is Name => names.some((name) => name === text)

export function parseFilter(text = ''): Filter {
  const cut = text.trim().slice(0, filterCharactersMax)
  const words = [...cut.toLowerCase().matchAll(/(?:(\w+):)?(?:"([^"]*)"?|(\S+))/g)]
  return {
    text: cut,
    words: words.map(([whole, name = '', quoted, plain = '']) =>
      isName(name)
        ? { name, value: quoted ?? plain }
        : { name: 'text', value: name ? whole : (quoted ?? plain) },
    ),
  }
}

/** With or without a word, for a link that turns it on and off. */
export function toggled({ text, words }: Filter, word: string): string {
  const [name, value] = word.split(':')
  const isOn = words.some((one) => one.name === name && one.value === value)
  if (!isOn) return `${text} ${word}`.trim()
  return text
    .split(/\s+/)
    .filter((one) => one.toLowerCase() !== word)
    .join(' ')
}

export const hasWord = ({ words }: Filter, word: string): boolean =>
  words.some(({ name, value }) => `${name}:${value}` === word)

/** Whether it asks for more than the names of repositories. */
export const looksIntoCells = ({ words }: Filter): boolean =>
  words.some(({ name }) => name !== 'repo' && name !== 'owner')

/** Whether a repository can have anything to show. */
export function admits({ words }: Filter, { name, owner }: Repository): boolean {
  const [login, full] = [owner.login.toLowerCase(), `${owner.login}/${name}`.toLowerCase()]
  return anyOf(words, 'owner', (value) => login === value) && anyOf(words, 'repo', isIn(full))
}

/** What is left of a row: the environments that fit. */
export function narrow(filter: Filter, { repository, environments }: GridRow): GridRow {
  const full = `${repository.owner.login}/${repository.name}`.toLowerCase()
  const left = environments.filter((environment) => fits(filter, full, environment))
  return { repository, environments: left }
}

function fits({ words }: Filter, repository: string, environment: Current): boolean {
  const shown = standingsOf(environment)
  const states = shown.map(stateOf)
  const texts = [repository, environment.name, ...shown.flatMap(wordsOf)]
  const isText = (value: string) => texts.some((text) => text.toLowerCase().includes(value))
  return (
    anyOf(words, 'env', isIn(environment.name.toLowerCase())) &&
    anyOf(words, 'state', (value) => states.some((state) => isState(state, value))) &&
    anyOf(words, 'by', (value) =>
      shown.some((one) => one.creator?.login.toLowerCase() === value),
    ) &&
    anyOf(words, 'is', (value) => kinds[value]?.(environment) ?? false) &&
    words.every(({ name, value }) => name !== 'text' || isText(value))
  )
}

/** `is:problem` and its kind. */
const kinds: Readonly<Record<string, (environment: Current) => boolean>> = {
  problem: isProblem,
  failed: ({ latest }) => hasFailed(latest),
  waiting: ({ waiting }) => waiting !== null,
  running: ({ in_progress }) => in_progress !== null,
  locked: ({ lock }) => lock !== null,
}

/** Whether somebody should look: the newest deployment failed, or something keeps others from going out. */
function isProblem({ latest, waiting, lock }: Current): boolean {
  return hasFailed(latest) || waiting !== null || lock !== null
}

export const hasFailed = (standing: Standing | null): boolean =>
  standing?.state === 'failure' || standing?.state === 'error'

/** What can be said of an environment, each deployment once, the one that is live first. */
export function standingsOf(environment: Current): Standing[] {
  const { live, in_progress, waiting, latest } = environment
  const all = [...live, in_progress, waiting, latest].filter((one) => one !== null)
  return [...new Map(all.map((one) => [one.id, one])).values()]
}

/** No status yet is pending, as GitHub's own pages say (contract 1.10). */
export const stateOf = ({ state }: Standing): string => state ?? 'pending'

const isState = (state: string, value: string) =>
  state === value || (value === 'active' && state === 'success')

const wordsOf = ({ ref, sha, creator }: Standing) => [ref, sha, creator?.login ?? '']

const isIn = (text: string) => (value: string) => text.includes(value)

function anyOf(words: Filter['words'], name: Name, holds: (value: string) => boolean): boolean {
  const named = words.filter((word) => word.name === name)
  return named.length === 0 || named.some(({ value }) => holds(value))
}
