import { doNeutralChecksPass } from '../checks/checks.ts'
import { findContexts } from '../commits/commits.ts'
import { Problem } from '../lib/problem.ts'
import type { Db, Tx } from '../store/engine.ts'
import { type ContextsDecision, contextVerdicts, decideContexts, isNeutral } from './decide-ref.ts'
import type { RefRequest, ResolvedRequest, Verdict } from './model.ts'

type Commit = { readonly repository_id: number; readonly sha: string }

/**
 * Throws `conflict` where the commit's checks do not let it be deployed. Asked in the
 * transaction, so that a status acknowledged before this one counts.
 */
export async function requireContexts(
  tx: Tx,
  request: Pick<RefRequest, 'ref' | 'required_contexts'>,
  commit: Commit,
): Promise<void> {
  const decision = await findDecision(tx, request, commit)
  if (decision.kind === 'pass') return
  const contexts = decision.contexts.map(({ context, state }) => ({ context, state }))
  throw new Problem('conflict', `Conflict: Commit status checks failed for ${request.ref}.`, [
    { contexts, resource: 'Deployment', field: 'required_contexts', code: 'invalid' },
  ])
}

async function findDecision(
  db: Db,
  { required_contexts }: Pick<RefRequest, 'required_contexts'>,
  { repository_id, sha }: Commit,
): Promise<ContextsDecision> {
  if (required_contexts?.length === 0) return { kind: 'pass' }
  const found = await findContexts(db, repository_id, sha)
  const doNeutralsPass = found.some(isNeutral) && (await doNeutralChecksPass(db, repository_id))
  return decideContexts(required_contexts, found, doNeutralsPass)
}

export const findContextVerdicts = async (
  db: Db,
  { repository, sha, required_contexts }: ResolvedRequest,
): Promise<Verdict[]> =>
  contextVerdicts(
    await findDecision(db, { required_contexts }, { repository_id: repository.id, sha }),
  )
