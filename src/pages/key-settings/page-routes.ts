import { repositoryPage } from '../dashboard/repository-page.ts'
import type { WebRoute } from '../web/route.ts'
import { addKey, deleteKey, listKeys, showNewKey } from './key-settings.ts'

const keys = '/settings/keys'

export const keySettingPages: readonly WebRoute[] = [
  repositoryPage('GET', keys, 'keys:read', listKeys),
  repositoryPage('GET', `${keys}/new`, 'keys:write', showNewKey),
  repositoryPage('POST', keys, 'keys:write', addKey),
  repositoryPage('POST', `${keys}/:key_id/delete`, 'keys:write', deleteKey),
]
