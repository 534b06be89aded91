import { repositoryPage } from '../dashboard/repository-page.ts'
import type { WebRoute } from '../web/route.ts'
import { changes } from './changes.ts'
import { deleteEnvironment, showEdit, showNamed } from './edit-environment.ts'
import { addEnvironment, listEnvironments, showNewEnvironment } from './environment-list.ts'

const access = 'environments:write'
const all = '/settings/environments'
const one = `${all}/:environment_id`

/** A sealed secret of 48 KB, in base64 with its signs escaped; one in the clear, every byte of it escaped. */
const bodyBytesMax = 192 * 1024

export const environmentSettingPages: readonly WebRoute[] = [
  repositoryPage('GET', all, access, listEnvironments),
  repositoryPage('GET', `${all}/new`, access, showNewEnvironment),
  repositoryPage('POST', all, access, addEnvironment),
  repositoryPage('GET', one, access, showNamed),
  repositoryPage('GET', `${one}/edit`, access, showEdit),
  repositoryPage('POST', `${one}/delete`, access, deleteEnvironment),
  ...Object.entries(changes).map(([path, handler]) => ({
    ...repositoryPage('POST', `${one}${path}`, access, handler),
    bodyBytesMax,
  })),
]
