import { switchOn } from '../hook-places/hook-places.ts'
import { type HookLevel, ofOrganizations, ofRepositories } from '../hook-places/route.ts'
import type { WebRoute } from '../web/route.ts'
import { addHook, deleteHook, saveHook, showHook, showNewHook } from './edit-hook.ts'
import { changeSecret, saveFilter, saveOptions } from './hook-extras.ts'
import { listHooks } from './hook-list.ts'
import { sendTest } from './test-hook.ts'

const one = '/:hook_id'

export const hookSettingPages: readonly WebRoute[] = [
  ...routesAt(ofRepositories),
  ...routesAt(ofOrganizations),
]

function routesAt({ page }: Pick<HookLevel, 'page'>): WebRoute[] {
  return [
    page('GET', '', 'read', listHooks),
    page('GET', '/new', 'write', showNewHook),
    page('POST', '', 'write', addHook),
    page('GET', one, 'read', showHook),
    page('POST', one, 'write', saveHook),
    page('POST', `${one}/resume`, 'write', switchOn),
    page('POST', `${one}/filter`, 'write', saveFilter),
    page('POST', `${one}/options`, 'write', saveOptions),
    page('POST', `${one}/secret`, 'write', changeSecret),
    page('POST', `${one}/tests`, 'write', sendTest),
    page('POST', `${one}/delete`, 'delete', deleteHook),
  ].flat()
}
