import type { Account } from '../../accounts/model.ts'
import { findEnvironment } from '../../environments/environments.ts'
import { type Audience, type Holder, nameIn, settingName } from '../../holders/model.ts'
import type { Place } from '../../holders/route.ts'
import { parseBody } from '../../http/body.ts'
import { invalidField } from '../../lib/problem.ts'
import { organizationLock } from '../../organizations/model.ts'
import type { Repository } from '../../repositories/model.ts'
import { sealedSecret } from '../../secrets/model.ts'
import {
  ensureKeyPair,
  findSecrets,
  putSecret,
  removeSecret,
  sealSecret,
} from '../../secrets/secrets.ts'
import { newVariable, variableEdit } from '../../variables/model.ts'
import {
  createVariable,
  editVariable,
  findVariables,
  removeVariable,
} from '../../variables/variables.ts'
import { callOf } from '../dashboard/dashboard.ts'
import type { UserVisit } from '../web/route.ts'

/** Lists of the API have an address; pages have their own. */
const url = ''

/** What secrets and variables belong to, as pages find it. */
export const placeOfEnvironment = ({ id: lockId }: Repository, name: string): Place => ({
  ...{ kind: 'environment', url, lockId },
  find: async (db): Promise<Holder> => {
    const { id } = await findEnvironment(db, lockId, name)
    return { kind: 'environment', id }
  },
})

export const placeOfRepository = ({ id }: Repository): Place => ({
  ...{ kind: 'repository', url, lockId: id },
  find: async () => ({ kind: 'repository', id }),
})

export const placeOfOrganization = (organization: Account): Place => ({
  ...{ kind: 'organization', url, lockId: organizationLock(organization) },
  find: async () => ({ kind: 'organization', id: organization.id }),
})

/** As many as anybody may have. */
const all = { limit: 1000, offset: 0 }

export type KeptSecrets = Awaited<ReturnType<typeof findKeptSecrets>>
export type KeptVariables = Awaited<ReturnType<typeof findKeptVariables>>
export type KeptValues = KeptSecrets & KeptVariables

/** Secrets by name alone, and the key that more of them are sealed with. */
export async function findKeptSecrets({ app }: UserVisit, place: Place) {
  const { read } = app.store
  const [{ secrets }, pair] = await Promise.all([
    findSecrets(read, await place.find(read), all),
    ensureKeyPair(app, place),
  ])
  return { secrets, pair }
}

export async function findKeptVariables({ app }: UserVisit, place: Place) {
  const { read } = app.store
  const { variables } = await findVariables(read, await place.find(read), all)
  return { variables }
}

export async function findKeptValues(visit: UserVisit, place: Place): Promise<KeptValues> {
  const [secrets, variables] = await Promise.all([
    findKeptSecrets(visit, place),
    findKeptVariables(visit, place),
  ])
  return { ...secrets, ...variables }
}

/**
 * One that the browser sealed, or one that came in the clear and is sealed here. An organisation's
 * has an audience.
 */
export async function keepSecret(
  visit: UserVisit,
  place: Place,
  audience: Partial<Audience> = {},
): Promise<void> {
  const { app, form } = visit
  const { encrypted_value, key_id = '', value = '' } = form
  const name = parseName(form['name'])
  if (encrypted_value === undefined) {
    if (value === '') throw secretProblem('value', 'Value is missing: type the secret again')
    // A form sends its lines as MIME does; what was typed has plain ones.
    await sealSecret(app, place, name, { value: linesOf(value), ...audience })
    return
  }
  const { body } = callOf(visit, { body: { encrypted_value, key_id } })
  const sealed = parseBody(body, sealedSecret, 'Secret')
  await putSecret(app, place, name, { ...sealed, ...audience })
}

function parseName(text = ''): string {
  const parsed = settingName.safeParse(text.trim())
  if (parsed.success) return parsed.data
  throw secretProblem('name', `Name ${parsed.error.issues[0]?.message}`)
}

const secretProblem = (field: string, message: string) =>
  invalidField({ resource: 'Secret', field, code: 'custom', message })

export const dropSecret = ({ app, params }: UserVisit, place: Place): Promise<void> =>
  removeSecret(app, place, nameIn(params['name']))

export async function addVariable(
  visit: UserVisit,
  place: Place,
  audience: Partial<Audience> = {},
): Promise<void> {
  const { name = '', value = '' } = visit.form
  const { body } = callOf(visit, { body: { name: name.trim(), value: linesOf(value) } })
  const request = parseBody(body, newVariable, 'Variable')
  await createVariable(visit.app, place, { ...request, ...audience })
}

export async function changeVariable(visit: UserVisit, place: Place): Promise<void> {
  const { body } = callOf(visit, { body: { value: linesOf(visit.form['value'] ?? '') } })
  const edit = parseBody(body, variableEdit, 'Variable')
  await editVariable(visit.app, place, nameIn(visit.params['name']), edit)
}

const linesOf = (value: string) => value.replaceAll('\r\n', '\n')

export const dropVariable = ({ app, params }: UserVisit, place: Place): Promise<void> =>
  removeVariable(app, place, nameIn(params['name']))
