import { html } from 'ghtml'
import { findEnvironment, removeEnvironment } from '../../environments/environments.ts'
import type { Environment } from '../../environments/model.ts'
import { findProtection } from '../../environments/protection.ts'
import { listFreezes } from '../../freezes/freezes.ts'
import { notFound } from '../../lib/problem.ts'
import { findLifetime } from '../../lifetimes/lifetimes.ts'
import { findQueue } from '../../queues/queues.ts'
import { pathOf, type RepositoryVisit, repositoryFrame } from '../dashboard/repository-page.ts'
import { theirs } from '../elements/code.ts'
import { withQuery } from '../elements/pagination.ts'
import { findAppRules, renderAppRules } from '../environment-parts/app-rules.ts'
import { findBranchRules, renderBranchRules } from '../environment-parts/branch-rules.ts'
import { renderDeletion } from '../environment-parts/deletion.ts'
import { renderFreezes } from '../environment-parts/freezes.ts'
import { findCurrentLock, renderLock } from '../environment-parts/lock.ts'
import { renderName } from '../environment-parts/name.ts'
import { renderQueue } from '../environment-parts/queue.ts'
import { renderProtection } from '../environment-parts/render-protection.ts'
import { renderRetention } from '../environment-parts/retention.ts'
import { findKeptValues, placeOfEnvironment } from '../kept-values/kept-values.ts'
import { renderSecrets, renderVariables } from '../kept-values/render-values.ts'
import { assets } from '../web/assets.ts'
import type { Page, WebAnswer } from '../web/route.ts'
import {
  environmentPath,
  environmentsPath,
  findVisitedEnvironment,
} from './environment-settings.ts'

export type Part =
  | 'protection'
  | 'branches'
  | 'apps'
  | 'lock'
  | 'freezes'
  | 'queue'
  | 'retention'
  | 'name'
  | 'secrets'
  | 'variables'

/** Which form was refused, and why. */
type Refused = { readonly part: Part; readonly text: string }

/** By name as well: the address that people guess. A name of digits alone is taken for an id. */
export async function showNamed(visit: RepositoryVisit): Promise<WebAnswer> {
  const { app, repository, params } = visit
  const name = params['environment_id'] ?? ''
  const found = /^\d+$/.test(name)
    ? await findVisitedEnvironment(visit)
    : await findEnvironment(app.store.read, repository.id, name)
  return { kind: 'redirect', to: `${environmentPath(repository, found)}/edit` }
}

export async function showEdit(visit: RepositoryVisit): Promise<Page> {
  return await editPage(visit, await findVisitedEnvironment(visit))
}

/** All settings of an environment, each part with forms of its own. */
export async function editPage(
  visit: RepositoryVisit,
  environment: Environment,
  refused?: Refused,
): Promise<Page> {
  const { app, repository, formToken, form } = visit
  const { read } = app.store
  const [protection] = await findProtection(read, repository.id, [environment])
  if (!protection) throw notFound()
  const place = { repositoryId: repository.id, environmentName: environment.name }
  const [branches, apps, lock, freezes, queue, lifetime, kept] = await Promise.all([
    findBranchRules(visit, environment),
    findAppRules(read, repository, environment),
    findCurrentLock(app, repository, environment),
    listFreezes(app, read, place),
    findQueue(read, repository, environment.name),
    findLifetime(read, { repositoryId: repository.id, name: environment.name }),
    findKeptValues(visit, placeOfEnvironment(repository, environment.name)),
  ])
  const path = environmentPath(repository, environment)
  const about = (part: Part) => {
    const isRefused = refused?.part === part
    const common = { path, formToken, now: app.now() }
    return {
      ...common,
      typed: isRefused ? form : {},
      refusal: isRefused ? refused.text : undefined,
    }
  }
  const valuesAt = (part: 'secrets' | 'variables') => ({
    ...about(part),
    ...{ kind: 'environment' as const, path: `${path}/${part}`, mayWrite: true },
  })
  const deployments = withQuery(`${pathOf(repository)}/deployments`, {
    environment: environment.name,
  })
  const main = html`<nav class="crumbs" aria-label="Up"><a href="${environmentsPath(repository)}">Environments</a><span aria-hidden="true">/</span></nav>
<div class="heading"><h1>!${theirs(environment.name)}</h1><a class="button" href="${deployments}">Deployments</a></div>
!${renderLock(lock, about('lock'))}
!${renderProtection(protection, about('protection'))}
!${renderBranchRules(branches, about('branches'))}
!${renderAppRules(apps, about('apps'))}
!${renderQueue(queue, about('queue'))}
!${renderFreezes(freezes, about('freezes'))}
!${renderSecrets({ ...kept, ...valuesAt('secrets') })}
!${renderVariables({ ...kept, ...valuesAt('variables') })}
!${renderRetention(lifetime, about('retention'))}
!${renderName(environment, about('name'))}
!${renderDeletion({ path, formToken, environment, kept, rules: protection.rules.length, patterns: branches.patterns.length })}`
  return await repositoryFrame(visit, 'environments', {
    title: `Environment ${environment.name}`,
    scripts: [assets.seal.path],
    main,
  })
}

export async function deleteEnvironment(visit: RepositoryVisit): Promise<WebAnswer> {
  const { app, repository } = visit
  const { name } = await findVisitedEnvironment(visit)
  await removeEnvironment(app, repository.id, name)
  return { kind: 'redirect', to: environmentsPath(repository) }
}
