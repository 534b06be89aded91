import { findEnvironment } from '../../environments/environments.ts'
import { type Holder, nameIn, settingName } from '../../holders/model.ts'
import type { Place } from '../../holders/route.ts'
import { parseBody } from '../../http/body.ts'
import { invalidField } from '../../lib/problem.ts'
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
import type { RepositoryVisit } from '../dashboard/repository-page.ts'

/** An environment of the visited repository as what secrets and variables belong to. */
export const placeOf = ({ repository }: RepositoryVisit, name: string): Place => ({
  kind: 'environment',
  // Lists of the API have an address; pages have their own.
  url: '',
  lockId: repository.id,
  find: async (db): Promise<Holder> => {
    const { id } = await findEnvironment(db, repository.id, name)
    return { kind: 'environment', id }
  },
})

/** As many as an environment may have. */
const all = { limit: 100, offset: 0 }

export type KeptValues = Awaited<ReturnType<typeof findKeptValues>>

/** An environment's secrets, by name alone, its variables, and the key that secrets are sealed with. */
export async function findKeptValues({ app }: RepositoryVisit, place: Place) {
  const { read } = app.store
  const holder = await place.find(read)
  const [{ secrets }, { variables }, pair] = await Promise.all([
    findSecrets(read, holder, all),
    findVariables(read, holder, all),
    ensureKeyPair(app, place),
  ])
  return { secrets, variables, pair }
}

/** One that the browser sealed, or one that came in the clear and is sealed here. */
export async function keepSecret(visit: RepositoryVisit, place: Place): Promise<void> {
  const { app, form } = visit
  const { encrypted_value, key_id = '', value = '' } = form
  const name = parseName(form['name'])
  if (encrypted_value === undefined) {
    if (value === '') throw secretProblem('value', 'Value is missing: type the secret again')
    // A form sends its lines as MIME does; what was typed has plain ones.
    await sealSecret(app, place, name, value.replaceAll('\r\n', '\n'))
    return
  }
  const { body } = visit.call({ body: { encrypted_value, key_id } })
  await putSecret(app, place, name, parseBody(body, sealedSecret, 'Secret'))
}

function parseName(text = ''): string {
  const parsed = settingName.safeParse(text.trim())
  if (parsed.success) return parsed.data
  throw secretProblem('name', `Name ${parsed.error.issues[0]?.message}`)
}

const secretProblem = (field: string, message: string) =>
  invalidField({ resource: 'Secret', field, code: 'custom', message })

export const dropSecret = ({ app, params }: RepositoryVisit, place: Place): Promise<void> =>
  removeSecret(app, place, nameIn(params['name']))

export async function addVariable(visit: RepositoryVisit, place: Place): Promise<void> {
  const { name = '', value = '' } = visit.form
  const { body } = visit.call({ body: { name: name.trim(), value: linesOf(value) } })
  await createVariable(visit.app, place, parseBody(body, newVariable, 'Variable'))
}

export async function changeVariable(visit: RepositoryVisit, place: Place): Promise<void> {
  const { body } = visit.call({ body: { value: linesOf(visit.form['value'] ?? '') } })
  const edit = parseBody(body, variableEdit, 'Variable')
  await editVariable(visit.app, place, nameIn(visit.params['name']), edit)
}

const linesOf = (value: string) => value.replaceAll('\r\n', '\n')

export const dropVariable = ({ app, params }: RepositoryVisit, place: Place): Promise<void> =>
  removeVariable(app, place, nameIn(params['name']))
