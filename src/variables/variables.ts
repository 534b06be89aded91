import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import { findLine, recordAudience } from '../holders/holders.ts'
import { type Holder, heldBy } from '../holders/model.ts'
import type { Place } from '../holders/route.ts'
import type { Page } from '../http/page.ts'
import { invalidField, notFound, Problem } from '../lib/problem.ts'
import { type Db, Duplicate, type Tx } from '../store/engine.ts'
import type { VariableRow } from '../tables/secrets.ts'
import type { NewVariable, VariableEdit } from './model.ts'
import {
  countSharedVariables,
  countVariables,
  deleteVariable,
  insertVariable,
  sharedVariables,
  updateVariable,
  valueBytesOf,
  variableNamed,
  variablesOf,
} from './queries.ts'

type Changing = Pick<App, 'store' | 'now' | 'signals' | 'who'>

/** Contract 5.3; all values of an environment together have no limit of their own. */
const variablesMax = { environment: 100, repository: 500, organization: 1000 } as const
const allBytesMax = {
  environment: Number.POSITIVE_INFINITY,
  repository: 10 * 1024 * 1024,
  organization: 10 * 1024 * 1024,
} as const

/** Throws `not_found`, a `conflict` Problem for a name that is there, and `invalid` for too many or too much. */
export async function createVariable(
  app: Changing,
  place: Place,
  request: NewVariable,
): Promise<void> {
  const now = app.now().toISOString()
  await changing(app, place, async (tx, holder) => {
    const { name, value, visibility = null } = request
    // Before the count: clients change a variable by asking for it first, also the last that there is room for.
    if (await tx.first(variableNamed(holder), { holder_id: holder.id, name })) throw taken()
    await refuseTooMany(tx, holder)
    const times = { created_at: now, updated_at: now }
    const made = await tx.first(insertVariable, {
      ...heldBy(holder),
      ...times,
      name,
      value,
      visibility,
    })
    if (!made) throw new Error('The new variable was not returned')
    await recordAudience(tx, { kept: 'variable', id: made.id, holder, visibility }, request)
    await refuseTooMuch(tx, holder)
    await recordChange(app, tx, { holder, verb: 'create', name })
  })
}

/** Throws `not_found`, a `conflict` Problem for a new name that is another's, and `invalid` for too much. */
export async function editVariable(
  app: Changing,
  place: Place,
  name: string,
  edit: VariableEdit,
): Promise<void> {
  const updated_at = app.now().toISOString()
  await changing(app, place, async (tx, holder) => {
    const before = await findVariable(tx, holder, name)
    const after = {
      name: edit.name ?? before.name,
      value: edit.value ?? before.value,
      visibility: edit.visibility ?? before.visibility,
    }
    await tx.first(updateVariable, { id: before.id, ...after, updated_at })
    const kept = { kept: 'variable', id: before.id, holder, visibility: after.visibility } as const
    await recordAudience(tx, kept, edit)
    await refuseTooMuch(tx, holder)
    await recordChange(app, tx, { holder, verb: 'update', name })
  })
}

/** Throws `not_found`. */
export async function removeVariable(app: Changing, place: Place, name: string): Promise<void> {
  await changing(app, place, async (tx, holder) => {
    if (!(await tx.first(deleteVariable(holder), { holder_id: holder.id, name }))) throw notFound()
    await recordChange(app, tx, { holder, verb: 'delete', name })
  })
}

type Change = { readonly holder: Holder; readonly verb: string; readonly name: string }

/** The name alone: a value is nobody's who only reads the log. */
const recordChange = async (app: Changing, tx: Tx, { holder, verb, name }: Change) =>
  await recordAudit(app, tx, {
    ...(await findLine(tx, holder)),
    action: `variable.${verb}`,
    subject: `variable ${name}`,
  })

/** One page of a holder's variables, oldest first, and how many there are in all. */
export async function findVariables(
  db: Db,
  holder: Holder,
  { limit, offset }: Pick<Page, 'limit' | 'offset'>,
): Promise<{ variables: VariableRow[]; total: number }> {
  const of = { holder_id: holder.id }
  const [variables, count] = await Promise.all([
    db.all(variablesOf(holder), { ...of, limit, offset }),
    db.first(countVariables(holder), of),
  ])
  return { variables, total: count?.count ?? 0 }
}

/** One page of what the repository's organisation shows it, oldest first, and how much that is in all. */
export async function findSharedVariables(
  db: Db,
  repositoryId: number,
  { limit, offset }: Pick<Page, 'limit' | 'offset'>,
): Promise<{ variables: VariableRow[]; total: number }> {
  const of = { repository_id: repositoryId }
  const [variables, count] = await Promise.all([
    db.all(sharedVariables, { ...of, limit, offset }),
    db.first(countSharedVariables, of),
  ])
  return { variables, total: count?.count ?? 0 }
}

/** Throws `not_found`. */
export async function findVariable(db: Db, holder: Holder, name: string): Promise<VariableRow> {
  const variable = await db.first(variableNamed(holder), { holder_id: holder.id, name })
  if (!variable) throw notFound()
  return variable
}

/** The environment's, then the repository's, then what its organisation shows it. */
export async function findVariableLevels(
  db: Db,
  { environmentId, repositoryId }: { environmentId: number; repositoryId: number },
): Promise<VariableRow[][]> {
  const environment = { kind: 'environment', id: environmentId } as const
  const repository = { kind: 'repository', id: repositoryId } as const
  const page = (holder: Holder) => ({ holder_id: holder.id, ...allOf(holder.kind) })
  return [
    await db.all(variablesOf(environment), page(environment)),
    await db.all(variablesOf(repository), page(repository)),
    await db.all(sharedVariables, { repository_id: repositoryId, ...allOf('organization') }),
  ]
}

const allOf = (kind: Holder['kind']) => ({ limit: variablesMax[kind], offset: 0 })

/** One transaction of the place's repository. A name that is taken is a `conflict`: `gh` sends a PATCH after it. */
async function changing(
  { store }: Changing,
  { find, lockId }: Place,
  change: (tx: Tx, holder: Holder) => Promise<void>,
): Promise<void> {
  try {
    await store.transaction(async (tx) => await change(tx, await find(tx)), lockId)
  } catch (error) {
    if (!(error instanceof Duplicate)) throw error
    throw taken()
  }
}

const taken = () => new Problem('conflict', 'Already exists - a variable has this name')

async function refuseTooMany(tx: Tx, holder: Holder): Promise<void> {
  const max = variablesMax[holder.kind]
  const count = await tx.first(countVariables(holder), { holder_id: holder.id })
  if ((count?.count ?? 0) < max) return
  const message = `there are ${max} variables already, as many as the ${holder.kind} may have`
  throw variableProblem('name', message)
}

/** After the write, which is undone when it was too much. */
async function refuseTooMuch(tx: Tx, holder: Holder): Promise<void> {
  const max = allBytesMax[holder.kind]
  const all = await tx.first(valueBytesOf(holder), { holder_id: holder.id })
  if ((all?.bytes ?? 0) <= max) return
  const message = `all values of the ${holder.kind} together may have ${max} bytes`
  throw variableProblem('value', message)
}

const variableProblem = (field: string, message: string) =>
  invalidField({ resource: 'Variable', field, code: 'custom', message })
