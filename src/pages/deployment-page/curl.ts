import { html } from 'ghtml'
import { findDeployment } from '../../deployments/find-deployment.ts'
import type { Deployment } from '../../deployments/model.ts'
import { parseExactJson } from '../../http/exact-json.ts'
import { shellQuote } from '../../lib/shell-quote.ts'
import { fullNameOf } from '../../repositories/model.ts'
import { idIn } from '../../repositories/repositories.ts'
import { pathOf, type RepositoryVisit, repositoryFrame } from '../dashboard/repository-page.ts'
import { refAndSha } from '../elements/code.ts'
import { assets } from '../web/assets.ts'
import type { Page } from '../web/route.ts'

type Asked = Pick<
  Deployment,
  | 'ref'
  | 'sha'
  | 'task'
  | 'environment'
  | 'description'
  | 'payload'
  | 'transient_environment'
  | 'production_environment'
>

/** The request that asks for such a deployment, as a command for a POSIX shell that has the token in `$TOKEN`. */
export function requestFor(deployment: Asked, url: string, ref: string): string {
  const { task, environment, description, payload } = deployment
  const body = {
    ...{ ref, task, auto_merge: false, environment },
    ...(description ? { description } : {}),
    payload: parseExactJson(payload),
    transient_environment: deployment.transient_environment === 1,
    production_environment: deployment.production_environment === 1,
  }
  return [
    `curl --request POST ${shellQuote(url)}`,
    `--header ${shellQuote('Accept: application/vnd.github+json')}`,
    '--header "Authorization: Bearer $TOKEN"',
    `--data-binary ${shellQuote(JSON.stringify(body))}`,
  ].join(' \\\n  ')
}

/** For a terminal: what is asked for here by a button. */
export async function showCurl(visit: RepositoryVisit): Promise<Page> {
  const { app, repository, urls, params } = visit
  const deployment = await findDeployment(app.store.read, repository.id, idIn(params['id']))
  const { id, ref, sha } = deployment
  const url = `${urls.api}/repos/${fullNameOf(repository)}/deployments`
  const place = `${pathOf(repository)}/deployments/${id}`
  const isNamed = ref !== sha
  const same = html`<h2>The same commit</h2>
<p>Whatever <code>${ref}</code> is by now. Patterns of branches and tags do not let it in: they know refs by name.</p>
!${command('curl-sha', requestFor(deployment, url, sha))}`
  return await repositoryFrame(visit, 'deployments', {
    title: `Deployment ${id} as a request`,
    scripts: [assets.copy.path],
    main: html`<h1>Deployment <a href="${place}">${id}</a> as a request</h1>
<p>Put a <a href="/settings/tokens/new?scopes=repo_deployment">token</a> into <code>TOKEN</code> first. Each run makes a new deployment; the payload is as it was given, secrets and all.</p>
<h2>As it was asked for</h2>
<p class="facts">!${refAndSha(ref, sha)}!${isNamed ? html`<span class="muted">${ref} is looked up anew</span>` : ''}</p>
!${command('curl', requestFor(deployment, url, ref))}
!${isNamed ? same : ''}`,
  })
}

const command = (id: string, text: string) =>
  html`<div class="command"><pre id="${id}" dir="ltr" tabindex="0">${text}</pre><button type="button" data-copies="${id}">Copy</button></div>`
