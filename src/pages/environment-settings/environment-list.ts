import { html } from 'ghtml'
import { findEnvironment } from '../../environments/environments.ts'
import { environmentSettings, type ProtectedEnvironment } from '../../environments/model.ts'
import { configureEnvironment, findProtectedEnvironments } from '../../environments/protection.ts'
import { pageOf } from '../../http/page.ts'
import { Problem } from '../../lib/problem.ts'
import { answerForm } from '../dashboard/form.ts'
import { pathOf, type RepositoryVisit, repositoryFrame } from '../dashboard/repository-page.ts'
import { theirs } from '../elements/code.ts'
import { icon } from '../elements/icon.ts'
import { pagination, withQuery } from '../elements/pagination.ts'
import { counted, ruleWords } from '../environment-parts/rule-words.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { Page, WebAnswer } from '../web/route.ts'
import { environmentPath, environmentsPath, parseEnvironmentName } from './environment-settings.ts'
import { type Standing, standingOf } from './queries.ts'

export async function listEnvironments(visit: RepositoryVisit): Promise<WebAnswer> {
  const { app, repository, query } = visit
  const { read } = app.store
  const page = pageOf(query)
  const { environments, total } = await findProtectedEnvironments(read, repository.id, page)
  const run = { first_id: environments[0]?.id ?? 0, last_id: environments.at(-1)?.id ?? 0 }
  const standings = await read.all(standingOf, { repository_id: repository.id, ...run })
  const standing = new Map(standings.map((one) => [one.id, one]))
  const now = app.now().toISOString()
  const items = environments.map((one) =>
    environmentItem(visit, one, lockedAt(standing.get(one.id), now)),
  )
  const path = environmentsPath(repository)
  const older = page.offset + environments.length < total && { older: { page: `${page.page + 1}` } }
  const newer = page.page > 1 && { newer: { page: `${page.page - 1}` } }
  const main = html`<div class="heading"><h1>Environments</h1><a class="button go" href="${path}/new">!${icon('plus')} New environment</a></div>
<p>Where this repository is deployed to, what has to be true before, and what the deploying program gets for it.</p>
!${items.length === 0 ? empty : html`<ul class="box" id="environments" data-live="repository:${repository.id}">!${items.join('')}</ul>`}
!${pagination(path, {}, { ...older, ...newer })}`
  return await repositoryFrame(visit, 'environments', { title: 'Environments', main })
}

const empty = html`<div class="empty"><h2>No environments yet</h2><p>The first deployment makes the one that it names, without any rules. Or make one here, and say who has to approve before anything goes there.</p></div>`

/** A lock whose time is over holds nothing. */
const lockedAt = (standing: Standing | undefined, now: string) => {
  const isOver = standing?.locked_until && standing.locked_until <= now
  return standing && isOver ? { ...standing, lock_reason: null } : standing
}

function environmentItem(
  { repository }: RepositoryVisit,
  environment: ProtectedEnvironment,
  standing: Standing | undefined,
): string {
  const { name } = environment
  const edit = `${environmentPath(repository, environment)}/edit`
  const { secrets, variables, lock_reason = null } = standing ?? {}
  const lock =
    lock_reason === null
      ? ''
      : html`<div><span class="state wait">!${icon('lock')} Locked</span> !${theirs(lock_reason)}</div>`
  const deployments = withQuery(`${pathOf(repository)}/deployments`, { environment: name })
  return html`<li class="row"><div><a href="${edit}"><strong>!${theirs(name)}</strong></a>
!${lock}<div class="muted">${ruleWords(environment)}</div>
<div class="muted">${counted(secrets ?? 0, 'secret')}, ${counted(variables ?? 0, 'variable')}</div></div>
<div class="inline"><a class="button" href="${deployments}" aria-label="Deployments to ${name}">Deployments</a><a class="button" href="${edit}" aria-label="Configure ${name}">Configure</a></div></li>`
}

export const showNewEnvironment = (visit: RepositoryVisit): Promise<Page> => newPage(visit)

async function newPage(visit: RepositoryVisit, refusal?: string): Promise<Page> {
  const { repository, formToken, form } = visit
  const path = environmentsPath(repository)
  const main = html`<h1>New environment</h1>!${alert(refusal)}
<form class="card" method="post" action="${path}">!${hiddenInputs({ form_token: formToken })}
<label for="name">Name</label><input id="name" name="name" required maxlength="255" value="${form['name'] ?? ''}" placeholder="staging" autocomplete="off">
<p class="muted">Case does not matter. Branches make good names, slashes and all.</p>
<p class="actions"><a class="button" href="${path}">Cancel</a> <button class="go">Configure environment</button></p></form>`
  return await repositoryFrame(visit, 'environments', { title: 'New environment', main })
}

export async function addEnvironment(visit: RepositoryVisit): Promise<WebAnswer> {
  const { app, repository, form } = visit
  return await answerForm(
    async () => {
      const name = parseEnvironmentName(form['name'])
      await refuseTaken(visit, name)
      const bare = environmentSettings.parse({})
      const made = await configureEnvironment(app, repository, name, bare)
      return `${environmentPath(repository, made)}/edit`
    },
    (refusal) => newPage(visit, refusal),
  )
}

/** To configure what is there would take its rules away. */
async function refuseTaken({ app, repository }: RepositoryVisit, name: string): Promise<void> {
  try {
    await findEnvironment(app.store.read, repository.id, name)
  } catch (error) {
    if (error instanceof Problem && error.code === 'not_found') return
    throw error
  }
  throw new Problem('conflict', `There is an environment ${name} already: configure that one.`)
}
