import type { Creator } from '../../deployments/model.ts'
import type { DeploymentRow } from '../../tables/deployments.ts'
import { withQuery } from '../elements/pagination.ts'

/** What a history is narrowed to; empty for all. They stand in the address, so that it can be sent to others. */
export type Filters = Readonly<Record<(typeof filterNames)[number], string>>

export const filterNames = ['environment', 'state', 'creator', 'ref', 'task'] as const

/** Where in the history a page begins. It goes by ids, so it stays put while newer deployments arrive. */
export type Cursor = { readonly before: number | undefined; readonly after: number | undefined }

/** As they are asked for; `destroyed` is an inactive one of a transient environment. */
export const states = {
  success: 'Active',
  in_progress: 'In progress',
  queued: 'Queued',
  pending: 'Pending',
  waiting: 'Waiting',
  failure: 'Failed',
  error: 'Error',
  inactive: 'Inactive',
  destroyed: 'Destroyed',
} as const

const filterCharactersMax = 255

export function filtersIn(query: Readonly<Record<string, string>>): Filters {
  const one = (name: keyof Filters) => (query[name] ?? '').trim().slice(0, filterCharactersMax)
  const state = one('state')
  return {
    environment: one('environment'),
    state: Object.hasOwn(states, state) ? state : '',
    creator: one('creator'),
    ref: one('ref'),
    task: one('task'),
  }
}

export function cursorIn(query: Readonly<Record<string, string>>): Cursor {
  const one = (name: string) =>
    /^\d{1,15}$/.test(query[name] ?? '') ? Number(query[name]) : undefined
  return { before: one('before'), after: one('after') }
}

/** A deployment in a list: not its payload, which may be megabytes. */
export type Listed = Pick<
  DeploymentRow,
  | 'id'
  | 'sha'
  | 'ref'
  | 'task'
  | 'environment'
  | 'transient_environment'
  | 'state'
  | 'created_at'
  | 'updated_at'
> & {
  readonly creator: Creator
  /** The App through which it was made. */
  readonly app_name: string | null
  /** Something newer is live in its place. */
  readonly isSuperseded: boolean
  /** Of its newest status; empty where that says none. */
  readonly environment_url: string
  readonly log_url: string
  /** From where it was taken up to where it had ended first; null while it has not. */
  readonly tookMs: number | null
}

type Stateful = Pick<Listed, 'state' | 'transient_environment' | 'isSuperseded'>

/** The state in the words of GitHub's pages (contract 1.10). */
export function shownState({ state, transient_environment, isSuperseded }: Stateful): string {
  if (state === null) return 'pending'
  if (state === 'inactive' && transient_environment === 1) return 'destroyed'
  // Previews are live side by side.
  const isReplaced = isSuperseded && transient_environment === 0
  return state === 'success' && isReplaced ? 'superseded' : state
}

/** What is not live any more has nothing at its address, or something else (contract 2.5). */
export const isVisitable = ({
  state,
  environment_url,
}: Pick<Listed, 'state' | 'environment_url'>) => state === 'success' && environment_url !== ''

/** Where an environment has its history, below its repository's pages. */
export const environmentPlace = (base: string, environment: string): string =>
  withQuery(`${base}/deployments`, { environment })

/** Where a deployment has its page. */
export const placeOf = (base: string, id: number): string => `${base}/deployments/${id}`

const titleCharactersMax = 120

/** A commit's subject; a long one is cut. */
export function titleOf(message: string): string {
  const [subject = ''] = message.split('\n', 1)
  const characters = [...subject]
  if (characters.length <= titleCharactersMax) return subject
  return `${characters.slice(0, titleCharactersMax - 1).join('')}…`
}

/** What can be done with a deployment as it stands: the end of the address of the page that asks first, and its name. */
export function doings({ state }: Pick<Listed, 'state'>): readonly (readonly [string, string])[] {
  const doings = [
    ['redeploy', 'Redeploy'],
    ['rollback', 'Roll back to this'],
    ['inactive', 'Mark inactive'],
    ['delete', 'Delete'],
  ] as const
  return doings.filter(([path]) => {
    if (path === 'inactive') return state !== 'inactive'
    // What never went out is nothing to go back to.
    return path !== 'rollback' || state === 'success' || state === 'inactive'
  })
}
