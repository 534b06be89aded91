import { type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import { notFound } from '../lib/problem.ts'
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

/** The name in a path as it is kept; what cannot be a name names nothing. Throws `not_found`. */
export function nameIn(text: string | undefined): string {
  const parsed = settingName.safeParse(text)
  if (!parsed.success) throw notFound()
  return parsed.data
}

export const selectedMax = 1000

const repositoryIds = z.array(z.int()).max(selectedMax)

/** Which of an organisation's repositories see a secret or a variable of its. */
export const audience = z.object({
  visibility: z.enum(['all', 'private', 'selected']),
  selected_repository_ids: repositoryIds.optional(),
})

export type Audience = z.infer<typeof audience>

/** `PUT …/{name}/repositories`. */
export const selection = z.object({ selected_repository_ids: repositoryIds })

/** What is kept: rows of both have repositories that were selected for them. */
export type Kept = 'secret' | 'variable'

const keptColumnOf = { secret: 'secret_id', variable: 'variable_id' } as const

/** As `queryByHolder`, for the column that says what a repository was selected for. */
export function queryByKept<P extends object, R>(
  make: (column: (typeof keptColumnOf)[Kept]) => Query<P, R>,
): (kept: Kept) => Query<P, R> {
  const made = { secret: make(keptColumnOf.secret), variable: make(keptColumnOf.variable) }
  return (kept) => made[kept]
}

/** Whether a row of `secrets` or `variables` is one that the repository's organisation shows it. */
export function isSharedWith(kept: Kept, repositoryId: number) {
  const of = (column: string) => sql.ref(`${kept}s.${column}`)
  const selected = sql.ref(`selected_repositories.${keptColumnOf[kept]}`)
  return sql<SqlBool>`exists (select 1 from repositories
    where repositories.id = ${repositoryId} and repositories.owner_id = ${of('organization_id')}
    and (${of('visibility')} = 'all'
      or (${of('visibility')} = 'private' and repositories.private = 1)
      or (${of('visibility')} = 'selected' and exists (select 1 from selected_repositories
        where ${selected} = ${of('id')} and selected_repositories.repository_id = repositories.id))))`
}
