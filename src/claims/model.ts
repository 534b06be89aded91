import { z } from 'zod'
import { settingName } from '../holders/model.ts'
import type { DeploymentClaimRow } from '../tables/deployments.ts'

/** 32 bytes in base64. */
const publicKeyPattern = /^[A-Za-z0-9+/]{43}=$/

/** `POST …/deployments/{id}/claim`. */
export const newClaim = z.strictObject({
  public_key: z
    .string()
    .regex(publicKeyPattern, { error: 'must be an X25519 public key: 32 bytes in base64' }),
})

const namesMax = 200

/** `POST …/deployments/{id}/secrets`: these alone, where any are named. */
export const secretsWanted = z.strictObject({
  names: z.array(settingName).max(namesMax).optional(),
})

/** With the login of whoever's token it is. */
export type Claim = DeploymentClaimRow & { readonly login: string }
