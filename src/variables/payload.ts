import type { components } from '@octokit/openapi-types'
import { toSecond } from '../lib/time.ts'
import type { VariableRow } from '../tables/secrets.ts'

export const variablePayload = ({ name, value, created_at, updated_at }: VariableRow) =>
  ({
    name,
    value,
    created_at: toSecond(created_at),
    updated_at: toSecond(updated_at),
  }) satisfies components['schemas']['actions-variable']
