import { z } from 'zod'
import type { Account } from '../accounts/model.ts'
import { httpUrl, line, text } from '../http/text.ts'
import type { CommitStatusRow } from '../tables/commits.ts'
import type { DeployKeyRow } from '../tables/repositories.ts'

/** Who pushed: a person, or the holder of a deploy key. */
export type Pusher = Account | DeployKeyRow

/** With what is known of its creator, null once that account is gone. */
export type CommitStatus = CommitStatusRow & {
  readonly creator: Pick<Account, 'id' | 'login' | 'type' | 'site_admin'> | null
}

const contextCharactersMax = 255
const descriptionCharactersMax = 140

/** Contract 9.1. An empty context is the default one, an empty URL none. */
export const newCommitStatus = z.object({
  // In two steps, so that a missing state is not one out of the list.
  state: z.string().pipe(z.enum(['error', 'failure', 'pending', 'success'])),
  target_url: z
    .string()
    .transform((url) => url || null)
    .pipe(httpUrl().nullable())
    .nullish(),
  description: text(descriptionCharactersMax).nullish(),
  context: line(contextCharactersMax).nullish(),
})

export type NewCommitStatus = z.infer<typeof newCommitStatus>

/** Contexts ignore case when compared and keep it when shown. */
export const contextKeyOf = (context: string): string => context.toLowerCase()

type State = CommitStatusRow['state']

/** One word for the latest statuses of all contexts; a commit without any is pending (contract 9.1). */
export function combinedStateOf(latest: readonly State[]): 'failure' | 'pending' | 'success' {
  if (latest.includes('failure') || latest.includes('error')) return 'failure'
  return latest.length === 0 || latest.includes('pending') ? 'pending' : 'success'
}
