import { requireUser } from '../auth/auth.ts'
import type { Route } from '../auth/route.ts'
import { type Answer, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { Problem } from '../lib/problem.ts'
import { idIn, type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import type { Claiming } from './claim-facts.ts'
import { claimDeployment, readSecrets } from './claims.ts'
import { newClaim, secretsWanted } from './model.ts'
import { claimPayload, givenPayload } from './payload.ts'

const claiming = {
  access: 'deployments:claim',
  docs: 'https://docs.github.com/rest/deployments/deployments',
} as const
const one = '/deployments/:deployment_id'

/** For whoever runs a deployment: the right to, and what it is given. */
export const claimRoutes: readonly Route[] = [
  ...repositoryRoute('POST', `${one}/claim`, claiming, postClaim),
  ...repositoryRoute('POST', `${one}/secrets`, claiming, postSecrets),
]

/** Throws `forbidden` for somebody at the pages: a claim is a token's. */
function claimingOf({ repository, params, actor: asking }: RepositoryCall): Claiming {
  const actor = requireUser(asking)
  const { token_id: tokenId } = actor
  if (tokenId === null) throw new Problem('forbidden', 'Claim a deployment with a token')
  return { repository, id: idIn(params['deployment_id']), actor, tokenId }
}

async function postClaim(call: RepositoryCall): Promise<Answer> {
  const { public_key } = parseBody(call.body, newClaim, 'Claim')
  const claim = await claimDeployment(call.app, claimingOf(call), public_key)
  return { status: 201, body: claimPayload(claim) }
}

/** A POST, since each is a read that somebody answers for: nothing in between may keep it or ask twice. */
async function postSecrets(call: RepositoryCall): Promise<Answer> {
  const { names } = parseBody(call.body, secretsWanted, 'Secret')
  return ok(givenPayload(await readSecrets(call.app, claimingOf(call), names)))
}
