import type { Kept } from '../../holders/model.ts'
import type { Place } from '../../holders/route.ts'
import type { Row } from '../kept-values/render-values.ts'
import type { Page, UserVisit } from '../web/route.ts'

/** A visit to pages about somebody's secrets, or variables, by somebody who may see them. */
export type ValueVisit = UserVisit & {
  readonly kept: Kept
  readonly place: Place
  /** Where the holder's settings begin. */
  readonly settings: string
  readonly mayWrite: boolean
  readonly findAround: () => Promise<Around>
  readonly frame: (page: Omit<Page, 'kind' | 'layout'>) => Promise<Page>
}

/** What a list has besides the names, as markup. */
export type Around = {
  /** Of one of them. */
  readonly about: (row: Row) => string
  /** What is asked besides of a new one. */
  readonly more: string
  /** Below the list. */
  readonly rest: string
}

/** Of the list of them. */
export const pathOf = ({ settings, kept }: ValueVisit): string => `${settings}/${kept}s/actions`
