import { html } from 'ghtml'
import { findAppBySlug } from '../../apps/apps.ts'
import { permissionsIn } from '../../auth/permissions.ts'
import {
  acceptPermissions,
  changeSelection,
  findInstallation,
  removeInstallation,
} from '../../installations/installations.ts'
import type { Installation } from '../../installations/model.ts'
import { notFound } from '../../lib/problem.ts'
import type { RowOf } from '../../store/query.ts'
import {
  chosenRepositories,
  findChoosable,
  repositoryChoice,
} from '../access-forms/access-forms.ts'
import { permissionItems } from '../consent/consent.ts'
import { answerForm, askFirst } from '../dashboard/form.ts'
import { settingsFrame } from '../dashboard/settings-frame.ts'
import { theirs } from '../elements/code.ts'
import { ago } from '../elements/when.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { Page, UserVisit, WebAnswer } from '../web/route.ts'
import { chosenOf, installationsKeptBy } from './queries.ts'

const path = '/settings/installations'

export async function listInstallations(visit: UserVisit): Promise<WebAnswer> {
  const kept = await findKept(visit)
  return settingsFrame(visit, path, {
    title: 'Installed GitHub Apps',
    main: html`<h1>Installed GitHub Apps</h1>
<p>They act by themselves on what is yours, and in organizations that you own, with the permissions they were given.</p>
!${kept.length === 0 ? none : html`<ul class="box">!${kept.map((one) => keptItem(visit, one)).join('')}</ul>`}`,
  })
}

const none = html`<div class="empty"><h2>No GitHub Apps are installed</h2><p>An App's own page leads to its installation; yours are under <a href="/settings/apps">GitHub Apps</a>.</p></div>`

type Kept = RowOf<typeof installationsKeptBy>

const findKept = ({ app, session }: UserVisit) =>
  app.store.read.all(installationsKeptBy, { viewer_id: session.account_id })

const keptItem = ({ app }: UserVisit, kept: Kept) =>
  html`<li class="row"><div><a href="${path}/${kept.id}"><strong>!${theirs(kept.app_name)}</strong></a> on <bdi>${kept.account_login}</bdi>!${kept.suspended_at === null ? '' : html` <span class="label">Suspended</span>`}!${isOutdated(kept) ? html` <span class="label">Asks for other permissions</span>` : ''}
<div class="muted">!${kept.repository_selection === 'all' ? 'All repositories' : 'Some repositories'}, installed !${ago(kept.created_at, app.now())}</div></div>
<a class="button" href="${path}/${kept.id}">Configure</a></li>`

const isOutdated = ({ permissions, app_permissions }: Kept) => permissions !== app_permissions

/** What the App asks for now, instead of what it had when it was installed. */
export async function accept(visit: UserVisit): Promise<WebAnswer> {
  const { installation } = await findOwn(visit)
  const of = await findAppBySlug(visit.app.store.read, installation.app_slug)
  await acceptPermissions(visit.app, installation, of, visit.session.account)
  return { kind: 'redirect', to: `${path}/${installation.id}` }
}

function acceptForm({ formToken }: UserVisit, kept: Kept): string {
  if (!isOutdated(kept)) return ''
  return html`<form class="note warning" method="post" action="${path}/${kept.id}/permissions">!${hiddenInputs({ form_token: formToken })}
<p><strong>!${theirs(kept.app_name)}</strong> asks for other permissions than it has here. Until you accept them it goes on with those below.</p>
<ul class="plain">!${permissionItems(permissionsIn(kept.app_permissions))}</ul>
<button class="go">Accept these permissions</button></form>`
}

/** Throws `not_found`, also for one that is none of the person's. */
async function findOwn(visit: UserVisit): Promise<{ kept: Kept; installation: Installation }> {
  const kept = (await findKept(visit)).find(
    ({ id }) => String(id) === visit.params['installation_id'],
  )
  if (!kept) throw notFound()
  const installation = await findInstallation(visit.app.store.read, { id: kept.app_id }, kept.id)
  return { kept, installation }
}

export const showInstallation = async (visit: UserVisit): Promise<WebAnswer> =>
  await installationPage(visit)

export async function change(visit: UserVisit): Promise<WebAnswer> {
  const { installation } = await findOwn(visit)
  const act = async () => {
    const all = await findChoosable(visit, installation.account)
    const { isForAll, chosen } = chosenRepositories(visit, all)
    const wanted = { repositories: isForAll ? ('all' as const) : chosen, all }
    await changeSelection(visit.app, installation, wanted, visit.session.account)
    return `${path}/${installation.id}`
  }
  return await answerForm(act, (refusal) => installationPage(visit, refusal))
}

export async function uninstall(visit: UserVisit): Promise<WebAnswer> {
  const { installation } = await findOwn(visit)
  await removeInstallation(visit.app, installation, visit.session.account)
  return { kind: 'redirect', to: path }
}

async function installationPage(visit: UserVisit, refusal?: string): Promise<Page> {
  const { kept, installation } = await findOwn(visit)
  const [repositories, chosen] = await Promise.all([
    findChoosable(visit, installation.account),
    visit.app.store.read.all(chosenOf, { installation_id: kept.id }),
  ])
  const action = `${path}/${kept.id}`
  const fields = { form_token: visit.formToken }
  const removing = askFirst({
    ask: 'Uninstall',
    says: 'Its tokens are worth nothing from now on, and it hears no more of what happens here.',
    confirm: 'Uninstall it',
    action: `${action}/delete`,
    fields,
  })
  const choice = {
    repositories,
    chosen: new Set(chosen.map(({ repository_id }) => repository_id)),
    isForAll: kept.repository_selection === 'all',
  }
  return settingsFrame(visit, path, {
    title: `${kept.app_name} on ${kept.account_login}`,
    main: html`<h1><bdi>${kept.app_name}</bdi> on <bdi>${kept.account_login}</bdi></h1>
!${kept.suspended_at === null ? '' : html`<p class="note warning">It is suspended: its tokens open nothing.</p>`}
!${alert(refusal)}
!${acceptForm(visit, kept)}
<form method="post" action="${action}">!${hiddenInputs(fields)}
!${repositoryChoice(choice)}
<p class="actions"><button class="go">Save</button></p></form>
<h2>It is able to</h2>
<ul class="plain">!${permissionItems(permissionsIn(installation.permissions))}</ul>
<h2>Danger zone</h2>
<ul class="box"><li class="row"><span>Uninstall this App</span>!${removing}</li></ul>`,
  })
}
