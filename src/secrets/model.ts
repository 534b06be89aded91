import { z } from 'zod'
import type { Query } from '../store/query.ts'

/** What secrets and variables belong to. */
export type Holder = {
  readonly kind: 'environment' | 'repository' | 'organization'
  readonly id: number
}

const columnOf = {
  environment: 'environment_id',
  repository: 'repository_id',
  organization: 'organization_id',
} as const
type HolderColumn = (typeof columnOf)[Holder['kind']]

/** A holder in the columns of a row. */
export type Held = Record<HolderColumn, number | null>

export const heldBy = ({ kind, id }: Holder): Held => ({
  environment_id: null,
  repository_id: null,
  organization_id: null,
  [columnOf[kind]]: id,
})

/** Throws for a row that nobody holds: the table's check allows none. */
export function holderOf(held: Held): Holder {
  const { environment_id, repository_id, organization_id } = held
  if (environment_id !== null) return { kind: 'environment', id: environment_id }
  if (repository_id !== null) return { kind: 'repository', id: repository_id }
  if (organization_id !== null) return { kind: 'organization', id: organization_id }
  throw new Error('A secret or variable belongs to nobody')
}

/** The query for a kind of holder; one is made for each, since a query's columns are no parameters. */
export function queryByHolder<P extends object, R>(
  make: (column: HolderColumn) => Query<P, R>,
): (holder: Holder) => Query<P, R> {
  const made = {
    environment: make(columnOf.environment),
    repository: make(columnOf.repository),
    organization: make(columnOf.organization),
  }
  return ({ kind }) => made[kind]
}

const nameCharactersMax = 255

/** The name of a secret or a variable (contract 5.3); it ignores case and is kept in upper case. */
export const settingName = z
  .string()
  .max(nameCharactersMax, { error: `is too long (maximum is ${nameCharactersMax} characters)` })
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
    error: 'may only contain letters, digits and "_", and may not start with a digit',
  })
  .refine((name) => !/^GITHUB_/i.test(name), { error: 'may not start with GITHUB_' })
  .transform((name) => name.toUpperCase())

/** Of one secret's value, and of one variable's (contract 5.3). */
export const valueBytesMax = 48 * 1024

const sealedCharactersMax = 2 * valueBytesMax

/** `PUT …/secrets/{name}` (contract 5.1); GitHub's pattern for base64. */
export const sealedSecret = z.object({
  encrypted_value: z
    .string()
    .max(sealedCharactersMax, { error: `is too long (maximum is ${valueBytesMax} bytes)` })
    .regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, {
      error: 'must be base64',
    }),
  key_id: z.string(),
})

export type SealedSecret = z.infer<typeof sealedSecret>

/** What a secret's value is sealed for: it opens nowhere else. */
export const valueContextOf = ({ kind, id }: Holder, name: string): string =>
  `secret ${name} of ${kind} ${id}`

/** What the private half of a key pair is sealed for. */
export const privateKeyContextOf = ({ kind, id }: Holder): string => `key pair of ${kind} ${id}`
