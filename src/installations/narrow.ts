import { isWithin, type Permissions, permissionsIn } from '../auth/permissions.ts'
import { Problem } from '../lib/problem.ts'
import { nameKeyOf } from '../repositories/model.ts'
import type { Db } from '../store/engine.ts'
import type { Installation, Narrowing } from './model.ts'
import { coveredById, coveredByName } from './queries.ts'

/** What a token of an installation may be told to do without. */
export type Narrowed = {
  readonly permissions: Permissions
  /** Undefined where it is for all that the installation covers. */
  readonly repository_ids: readonly number[] | undefined
}

const unknownRepository =
  'There is at least one repository that does not exist or is not accessible to the parent installation.'
const notGranted = 'The permissions requested are not granted to this installation.'

/** Throws `invalid`, in GitHub's words, for what the installation does not have itself. */
export async function narrow(
  db: Db,
  installation: Installation,
  { repositories, repository_ids, permissions }: Narrowing,
): Promise<Narrowed> {
  const granted = permissionsIn(installation.permissions)
  if (permissions && !isWithin(permissions, granted)) throw new Problem('invalid', notGranted)
  const isForAll = repositories === undefined && repository_ids === undefined
  const ids = isForAll
    ? undefined
    : await findCovered(db, installation.id, { repositories, repository_ids })
  const kept = permissions ? permissionsIn(JSON.stringify(permissions)) : granted
  return { permissions: kept, repository_ids: ids }
}

async function findCovered(
  db: Db,
  installation_id: number,
  { repositories = [], repository_ids = [] }: Narrowing,
): Promise<number[]> {
  const found = [
    ...repositories.map((name) =>
      db.first(coveredByName, { installation_id, name_key: nameKeyOf(name) }),
    ),
    ...repository_ids.map((id) => db.first(coveredById, { installation_id, id })),
  ]
  const ids = (await Promise.all(found)).map((row) => {
    if (!row) throw new Problem('invalid', unknownRepository)
    return row.id
  })
  return [...new Set(ids)]
}
