import { html } from 'ghtml'
import { findAppsOf } from '../../apps/apps.ts'
import type { GitHubApp } from '../../apps/model.ts'
import { appsFrame, findOwner, settingsPathOf } from '../dashboard/owner.ts'
import { theirs } from '../elements/code.ts'
import type { UserVisit, WebAnswer } from '../web/route.ts'

export async function listApps(visit: UserVisit): Promise<WebAnswer> {
  const owner = await findOwner(visit)
  const apps = await findAppsOf(visit.app.store.read, owner)
  const base = `${settingsPathOf(visit.params)}/apps`
  return appsFrame(visit, owner, {
    title: 'GitHub Apps',
    main: html`<div class="heading"><h1>GitHub Apps</h1>
<a class="button" href="${base}/new">Use a manifest</a><a class="button go" href="${base}/register">New GitHub App</a></div>
<p>Programs of <strong>${owner.login}</strong> that act by themselves, with permissions, wherever they are installed.</p>
!${apps.length === 0 ? none : html`<ul class="box">!${apps.map((app) => appItem(app, base)).join('')}</ul>`}`,
  })
}

const none = html`<div class="empty"><h2>No GitHub Apps yet</h2><p>Register one to deploy, to check commits or to decide about deployments as a program of its own.</p></div>`

const appItem = ({ slug, name, id, description }: GitHubApp, base: string) =>
  html`<li class="row"><div><a href="${base}/${slug}"><strong>!${theirs(name)}</strong></a> <span class="muted">App ID ${id}</span>
!${description ? html`<div class="muted">!${theirs(description)}</div>` : ''}</div>
<a class="button" href="/apps/${slug}/installations/new">Install</a></li>`
