import type { components } from '@octokit/openapi-types'
import { toSecond } from '../lib/time.ts'
import type { KeyPairRow, SecretRow } from '../tables/secrets.ts'

/** A secret as the API shows it: never its value. */
export const secretPayload = ({ name, created_at, updated_at }: SecretRow) =>
  ({
    name,
    created_at: toSecond(created_at),
    updated_at: toSecond(updated_at),
  }) satisfies components['schemas']['actions-secret']

export const publicKeyPayload = ({ key_id, public_key }: KeyPairRow) =>
  ({ key_id, key: public_key }) satisfies components['schemas']['actions-public-key']
