import { holderOf } from '../holders/model.ts'
import { toSecond } from '../lib/time.ts'
import type { VariableRow } from '../tables/secrets.ts'
import type { Given } from './claims.ts'
import type { Claim } from './model.ts'

export const claimPayload = (claim: Claim) => ({
  deployment_id: claim.deployment_id,
  claimant: claim.login,
  public_key: claim.public_key,
  claimed_at: toSecond(claim.claimed_at),
  expires_at: toSecond(claim.expires_at),
})

/** Secrets as only the claimant can open them; `source` is the level that won. */
export const givenPayload = ({ claim, environment, secrets, variables }: Given) => ({
  deployment_id: claim.deployment_id,
  environment,
  public_key: claim.public_key,
  secrets: secrets.map((secret) => ({
    name: secret.name,
    encrypted_value: secret.encrypted_value,
    source: holderOf(secret).kind,
  })),
  variables: variables.map((variable: VariableRow) => ({
    name: variable.name,
    value: variable.value,
    source: holderOf(variable).kind,
  })),
})
