import { z } from 'zod'
import { filterFields, parseFilter } from '../../events/model.ts'
import type { Hook } from '../model.ts'

/** What is absent stays. `inactive` statuses are told to nobody who does not ask (contract D11). */
export const filterEdit = z.strictObject({ ...filterFields, inactive: z.boolean() }).partial()

export type FilterEdit = z.infer<typeof filterEdit>

const nothing = { environments: [], states: [], tasks: [], production_only: false }

/** A hook's filter as the API shows it; one that leaves everything in where it has none. */
export const filterOf = ({ filter, hears_inactive }: Pick<Hook, 'filter' | 'hears_inactive'>) => ({
  ...(filter === null ? nothing : parseFilter(filter)),
  inactive: hears_inactive === 1,
})

export type Filter = ReturnType<typeof filterOf>
