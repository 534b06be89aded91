import type { Holder, Hook } from '../../hooks/model.ts'
import type { Page, UserVisit } from '../web/route.ts'

/** Where the pages about one hook are. */
export type HookPaths = {
  readonly settings: string
  readonly deliveries: string
  /** Where it is posted that it be switched on. */
  readonly resume: string
}

/** A visit to pages about somebody's hooks, by somebody who may see them. */
export type HookVisit = UserVisit & {
  readonly holder: Holder
  /** The page that leads to a hook, and what it is called: mostly that of all of them. */
  readonly above: { readonly path: string; readonly name: string }
  readonly pathsOf: (hook: Pick<Hook, 'id'>) => HookPaths
  /** The hook that the address names. Throws `not_found`. */
  readonly find: () => Promise<Hook>
  /** Whether a button for it would lead anywhere. */
  readonly may: (to: 'write' | 'delete') => Promise<boolean>
  /** What brings the pages up to date, as `data-live` names it. */
  readonly live: string
  readonly frame: (page: Omit<Page, 'kind' | 'layout'>) => Promise<Page>
}
