import { deliveryPagesAt } from '../delivery-pages/route.ts'
import { switchOn } from '../hook-places/hook-places.ts'
import type { UserVisit, WebRoute } from '../web/route.ts'
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

const listed = '/settings/installations'
const installation = `${listed}/:installation_id`
const ofOrganizations = '/organizations/:org/settings/installations'

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
  // Where the API says that an App, and an installation on an organization, can be seen.
  {
    method: 'GET',
    path: '/apps/:slug',
    for: 'user',
    handler: leadTo(({ slug }) => `/apps/${slug}/installations/new`),
  },
  { method: 'GET', path: ofOrganizations, for: 'user', handler: leadTo(() => listed) },
  {
    method: 'GET',
    path: `${ofOrganizations}/:id`,
    for: 'user',
    handler: leadTo(({ id }) => `${listed}/${id}`),
  },
  { method: 'GET', path: '/apps/:slug/installations/new', for: 'user', handler: showInstall },
  { method: 'POST', path: '/apps/:slug/installations', for: 'user', handler: install },
  { method: 'GET', path: listed, for: 'user', handler: listInstallations },
  { method: 'GET', path: installation, for: 'user', handler: showInstallation },
  { method: 'POST', path: installation, for: 'user', handler: change },
  { method: 'POST', path: `${installation}/permissions`, for: 'user', handler: accept },
  { method: 'POST', path: `${installation}/delete`, for: 'user', handler: uninstall },
]

/** Names come from the path, decoded, so they are written anew. */
function leadTo(addressOf: (names: Readonly<Record<string, string>>) => string) {
  return async ({ params }: UserVisit) => {
    const names = Object.entries(params).map(([name, value]) => [name, encodeURIComponent(value)])
    return { kind: 'redirect', to: addressOf(Object.fromEntries(names)) } as const
  }
}
