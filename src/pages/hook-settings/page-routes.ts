import { repositoryPage } from '../dashboard/repository-page.ts'
import type { WebRoute } from '../web/route.ts'
import { addHook, deleteHook, saveHook, showHook, showNewHook, switchOn } from './edit-hook.ts'
import { changeSecret, saveFilter, saveOptions } from './hook-extras.ts'
import { listHooks } from './hook-list.ts'
import { sendTest } from './test-hook.ts'

const hooks = '/settings/hooks'
const one = `${hooks}/:hook_id`

export const hookSettingPages: readonly WebRoute[] = [
  repositoryPage('GET', hooks, 'hooks:read', listHooks),
  repositoryPage('GET', `${hooks}/new`, 'hooks:write', showNewHook),
  repositoryPage('POST', hooks, 'hooks:write', addHook),
  repositoryPage('GET', one, 'hooks:read', showHook),
  repositoryPage('POST', one, 'hooks:write', saveHook),
  repositoryPage('POST', `${one}/filter`, 'hooks:write', saveFilter),
  repositoryPage('POST', `${one}/options`, 'hooks:write', saveOptions),
  repositoryPage('POST', `${one}/secret`, 'hooks:write', changeSecret),
  repositoryPage('POST', `${one}/resume`, 'hooks:write', switchOn),
  repositoryPage('POST', `${one}/tests`, 'hooks:write', sendTest),
  repositoryPage('POST', `${one}/delete`, 'hooks:delete', deleteHook),
]
