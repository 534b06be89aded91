import { renameEnvironment } from '../../environment-names/environment-names.ts'
import { createBranchPolicy, removeBranchPolicy } from '../../environments/branch-policies.ts'
import { editOwnSettings } from '../../environments/environments.ts'
import {
  type Environment,
  environmentSettings,
  newBranchPolicy,
  ownSettings,
} from '../../environments/model.ts'
import { configureEnvironment } from '../../environments/protection.ts'
import { parseBody } from '../../http/body.ts'
import { dropLifetime, setLifetime } from '../../lifetimes/lifetimes.ts'
import { lifetimeRequest } from '../../lifetimes/model.ts'
import { newProtectionRule } from '../../protection-rules/model.ts'
import { addRule, removeRule } from '../../protection-rules/protection-rules.ts'
import { queueSettings } from '../../queues/model.ts'
import { setQueue } from '../../queues/queues.ts'
import { idIn } from '../../repositories/repositories.ts'
import { answerForm } from '../dashboard/form.ts'
import type { RepositoryVisit } from '../dashboard/repository-page.ts'
import {
  addVariable,
  changeVariable,
  dropSecret,
  dropVariable,
  keepSecret,
  placeOfEnvironment,
} from '../kept-values/kept-values.ts'
import type { Page, WebAnswer } from '../web/route.ts'
import { editPage, type Part } from './edit-environment.ts'
import {
  environmentPath,
  findVisitedEnvironment,
  parseEnvironmentName,
} from './environment-settings.ts'
import { parseReviewers, protectionBodyOf } from './parse-protection.ts'
import { freeze, lock, unfreeze, unlock } from './pauses.ts'
import { findReviewerIds } from './reviewers.ts'

type Act = (visit: RepositoryVisit, environment: Environment) => Promise<Page | unknown>

/** A change to one part of the settings leads back to that part; so does a refusal, which says why there. */
const at =
  (part: Part, act: Act) =>
  async (visit: RepositoryVisit): Promise<WebAnswer> => {
    const environment = await findVisitedEnvironment(visit)
    return await answerForm(
      async () => {
        await act(visit, environment)
        return `${environmentPath(visit.repository, environment)}/edit#${part}`
      },
      (text) => editPage(visit, environment, { part, text }),
    )
  }

const kept = (
  part: Part,
  act: (visit: RepositoryVisit, place: ReturnType<typeof placeOfEnvironment>) => Promise<void>,
) => at(part, (visit, { name }) => act(visit, placeOfEnvironment(visit.repository, name)))

/** What each form of the page does, by where it is posted to. */
export const changes: Readonly<Record<string, ReturnType<typeof at>>> = {
  '/protection': at('protection', saveProtection),
  '/patterns': at('branches', addPattern),
  '/patterns/:pattern_id/delete': at('branches', dropPattern),
  '/apps': at('apps', allowApp),
  '/apps/:rule_id/delete': at('apps', dropApp),
  '/queue': at('queue', saveQueue),
  '/retention': at('retention', saveRetention),
  '/name': at('name', rename),
  '/freezes': at('freezes', freeze),
  '/freezes/:name/delete': at('freezes', unfreeze),
  '/lock': at('lock', lock),
  '/unlock': at('lock', unlock),
  '/secrets': kept('secrets', keepSecret),
  '/secrets/:name/delete': kept('secrets', dropSecret),
  '/variables': kept('variables', addVariable),
  '/variables/:name': kept('variables', changeVariable),
  '/variables/:name/delete': kept('variables', dropVariable),
}

async function saveProtection(visit: RepositoryVisit, { name }: Environment): Promise<void> {
  const { app, repository, form } = visit
  const names = parseReviewers(form['reviewers'] ?? '')
  const reviewers = await findReviewerIds(app.store.read, repository, names)
  const { body } = visit.call({ body: { ...protectionBodyOf(form), reviewers } })
  const settings = parseBody(body, environmentSettings, 'Environment')
  const own = visit.call({ body: { required_approvals: Number(form['required_approvals'] ?? 1) } })
  const edit = parseBody(own.body, ownSettings, 'Environment')
  await configureEnvironment(app, repository, name, settings)
  await editOwnSettings(app, repository.id, name, edit)
}

async function addPattern(visit: RepositoryVisit, { name }: Environment): Promise<void> {
  const { app, repository, form } = visit
  const { body } = visit.call({ body: { name: form['name']?.trim() ?? '', type: form['type'] } })
  const request = parseBody(body, newBranchPolicy, 'DeploymentBranchPolicy')
  await createBranchPolicy(app, { repositoryId: repository.id, name }, request)
}

async function dropPattern(visit: RepositoryVisit, { name }: Environment): Promise<void> {
  const { app, repository, params } = visit
  const id = idIn(params['pattern_id'])
  await removeBranchPolicy(app, { repositoryId: repository.id, name, id })
}

async function allowApp(visit: RepositoryVisit, { name }: Environment): Promise<void> {
  const { app, repository, form } = visit
  const { body } = visit.call({ body: { integration_id: Number(form['app'] ?? 0) } })
  const { integration_id } = parseBody(body, newProtectionRule, 'DeploymentProtectionRule')
  await addRule(app, { repository, name }, integration_id)
}

async function dropApp({ app, repository, params }: RepositoryVisit, { name }: Environment) {
  await removeRule(app, { repository, name, id: idIn(params['rule_id']) })
}

async function saveQueue(visit: RepositoryVisit, { name }: Environment): Promise<void> {
  const { app, repository, form } = visit
  const { body } = visit.call({ body: { mode: form['mode'] } })
  const { mode } = parseBody(body, queueSettings, 'Queue')
  await setQueue(app, repository, { name, mode })
}

async function saveRetention(visit: RepositoryVisit, { name }: Environment): Promise<void> {
  const { app, repository, form } = visit
  const place = { repositoryId: repository.id, name }
  if (form['what'] === 'drop') return await dropLifetime(app, place)
  const limits = ['keep', 'days', 'transient_hours'].map((limit) => {
    const text = form[limit]?.trim() ?? ''
    return [limit, text === '' ? null : Number(text)]
  })
  const { body } = visit.call({ body: Object.fromEntries(limits) })
  await setLifetime(app, place, parseBody(body, lifetimeRequest, 'Retention'))
}

async function rename(visit: RepositoryVisit, { name }: Environment): Promise<void> {
  const { app, repository, form } = visit
  const place = { repositoryId: repository.id, name }
  await renameEnvironment(app, place, parseEnvironmentName(form['name']))
}
