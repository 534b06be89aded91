import { requireUser } from '../auth/auth.ts'
import { recordPush } from '../commits/commits.ts'
import type { RefChange } from '../git/model.ts'
import type { RepositoryCall } from '../repositories/repositories.ts'

/**
 * Tells of a ref that was changed here, as of a push (contract 6.8). What cannot be told is taken
 * back: its events would be lost, and asking again would change nothing.
 */
export async function recordChange(call: RepositoryCall, change: RefChange): Promise<void> {
  const { app, repository, actor } = call
  try {
    await recordPush(app, repository, requireUser(actor).account, [change])
  } catch (error) {
    const { ref, before, after } = change
    await app.git.changeRef(repository.id, { ref, before: after, after: before })
    throw error
  }
}
