import { deliveryPagesAt } from '../delivery-pages/route.ts'
import { switchOn } from '../hook-places/hook-places.ts'
import type { WebRoute } from '../web/route.ts'
import { appsPaths, ofApps } from './app-hook.ts'
import { listApps } from './app-list.ts'
import { addKey, dropKey, saveHook, showApp } from './app-page.ts'
import { edit, remove, showEdit } from './edit-app.ts'
import { install, showInstall } from './install.ts'
import {
  accept,
  change,
  listInstallations,
  showInstallation,
  uninstall,
} from './installation-pages.ts'
import { register, showRegister } from './register.ts'

const installation = '/settings/installations/:installation_id'

export const appPages: readonly WebRoute[] = [
  ...appsPaths.flatMap((base): WebRoute[] => [
    { method: 'GET', path: base, for: 'user', handler: listApps },
    { method: 'GET', path: `${base}/register`, for: 'user', handler: showRegister },
    { method: 'POST', path: `${base}/register`, for: 'user', handler: register },
    { method: 'GET', path: `${base}/:slug`, for: 'user', handler: showApp },
    { method: 'GET', path: `${base}/:slug/edit`, for: 'user', handler: showEdit },
    { method: 'POST', path: `${base}/:slug/edit`, for: 'user', handler: edit },
    { method: 'POST', path: `${base}/:slug/delete`, for: 'user', handler: remove },
    { method: 'POST', path: `${base}/:slug/hook`, for: 'user', handler: saveHook },
    { method: 'POST', path: `${base}/:slug/keys`, for: 'user', handler: addKey },
    { method: 'POST', path: `${base}/:slug/keys/:key_id/delete`, for: 'user', handler: dropKey },
  ]),
  ...ofApps.page('POST', '/hook/resume', 'write', switchOn),
  ...deliveryPagesAt(ofApps),
  { method: 'GET', path: '/apps/:slug/installations/new', for: 'user', handler: showInstall },
  { method: 'POST', path: '/apps/:slug/installations', for: 'user', handler: install },
  { method: 'GET', path: '/settings/installations', for: 'user', handler: listInstallations },
  { method: 'GET', path: installation, for: 'user', handler: showInstallation },
  { method: 'POST', path: installation, for: 'user', handler: change },
  { method: 'POST', path: `${installation}/permissions`, for: 'user', handler: accept },
  { method: 'POST', path: `${installation}/delete`, for: 'user', handler: uninstall },
]
