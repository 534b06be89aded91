import { requireUser } from '../../auth/auth.ts'
import { createDeployKey, findDeployKeys, removeDeployKey } from '../../deploy-keys/deploy-keys.ts'
import { newDeployKey } from '../../deploy-keys/model.ts'
import { parseBody } from '../../http/body.ts'
import { pageOf } from '../../http/page.ts'
import { idIn } from '../../repositories/repositories.ts'
import { answerForm } from '../dashboard/form.ts'
import {
  mayVisitor,
  pathOf,
  type RepositoryVisit,
  repositoryFrame,
} from '../dashboard/repository-page.ts'
import type { Page, WebAnswer } from '../web/route.ts'
import { renderKeys, renderNewKey } from './render-keys.ts'

const keysPath = ({ repository }: RepositoryVisit) => `${pathOf(repository)}/settings/keys`

export async function listKeys(visit: RepositoryVisit): Promise<WebAnswer> {
  const { app, repository, query, formToken } = visit
  const page = pageOf(query)
  const { keys, total } = await findDeployKeys(app.store.read, repository, page)
  const mayWrite = await mayVisitor(visit, 'keys:write')
  const main = renderKeys({
    ...{ keys, total, page, mayWrite, formToken },
    path: keysPath(visit),
    now: app.now(),
  })
  return await repositoryFrame(visit, 'keys', { title: 'Deploy keys', main })
}

export const showNewKey = (visit: RepositoryVisit): Promise<Page> => newKeyPage(visit)

async function newKeyPage(visit: RepositoryVisit, refusal?: string): Promise<Page> {
  const { form, formToken } = visit
  const main = renderNewKey({ path: keysPath(visit), formToken, typed: form, refusal })
  return await repositoryFrame(visit, 'keys', { title: 'Add deploy key', main })
}

export async function addKey(visit: RepositoryVisit): Promise<WebAnswer> {
  const { app, repository, form } = visit
  const { title = '', key = '' } = form
  const call = visit.call({ body: { title, key, read_only: form['can_push'] !== '1' } })
  return await answerForm(
    async () => {
      const request = parseBody(call.body, newDeployKey, 'PublicKey')
      await createDeployKey(app, requireUser(call.actor), repository, request)
      return keysPath(visit)
    },
    (refusal) => newKeyPage(visit, refusal),
  )
}

export async function deleteKey(visit: RepositoryVisit): Promise<WebAnswer> {
  const { app, repository, params } = visit
  const { actor } = visit.call()
  await removeDeployKey(app, requireUser(actor), repository, idIn(params['key_id']))
  return { kind: 'redirect', to: keysPath(visit) }
}
