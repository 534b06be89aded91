import type { Route } from '../auth/route.ts'
import { findEnvironment } from '../environments/environments.ts'
import { type Answer, noContent, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { linkHeader, pageOf } from '../http/page.ts'
import { idIn, type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { newProtectionRule } from './model.ts'
import { gatekeeperPayload, protectionRulePayload } from './payload.ts'
import {
  addRule,
  countInstalled,
  findInstalled,
  findRule,
  findRules,
  removeRule,
  requestEvent,
} from './protection-rules.ts'

const needs = (access: 'environments:read' | 'environments:write', operation: string) => ({
  access,
  docs: `https://docs.github.com/rest/deployments/protection-rules#${operation}`,
})
const reads = (operation: string) => needs('environments:read', operation)
const writes = (operation: string) => needs('environments:write', operation)

const listed = reads('get-all-deployment-protection-rules-for-an-environment')
const offered = {
  ...writes('list-custom-deployment-rule-integrations-available-for-an-environment'),
  access: 'environments:apps' as const,
}
const make = writes('create-a-custom-deployment-protection-rule-on-an-environment')
const get = reads('get-a-custom-deployment-protection-rule')
const disable = writes('disable-a-custom-protection-rule-for-an-environment')

const all = '/environments/:environment_name/deployment_protection_rules'
const one = `${all}/:protection_rule_id`

/** Rules of Apps (contract 4.7). */
export const protectionRuleRoutes: readonly Route[] = [
  ...repositoryRoute('GET', all, listed, listRules),
  ...repositoryRoute('POST', all, make, postRule),
  ...repositoryRoute('GET', `${all}/apps`, offered, listApps),
  ...repositoryRoute('GET', one, get, getRule),
  ...repositoryRoute('DELETE', one, disable, deleteRule),
]

const nameOf = ({ params }: RepositoryCall): string => params['environment_name'] ?? ''

const placeOf = (call: RepositoryCall) => ({
  repository: call.repository,
  name: nameOf(call),
  id: idIn(call.params['protection_rule_id']),
})

async function listRules(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls } = call
  const { id } = await findEnvironment(app.store.read, repository.id, nameOf(call))
  const rules = await findRules(app.store.read, id)
  return ok({
    total_count: rules.length,
    custom_deployment_protection_rules: rules.map((rule) =>
      protectionRulePayload(rule, repository, urls),
    ),
  })
}

async function postRule(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls } = call
  const request = parseBody(call.body, newProtectionRule, 'DeploymentProtectionRule')
  const rule = await addRule(app, { repository, name: nameOf(call) }, request.integration_id)
  return { status: 201, body: protectionRulePayload(rule, repository, urls) }
}

async function listApps(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls, query } = call
  const { read } = app.store
  const { name } = await findEnvironment(read, repository.id, nameOf(call))
  const [apps, total_count] = await Promise.all([
    findInstalled(read, repository, requestEvent, pageOf(query)),
    countInstalled(read, repository),
  ])
  const body = {
    total_count,
    available_custom_deployment_protection_rule_integrations: apps.map((one) =>
      gatekeeperPayload(one, urls),
    ),
  }
  const url = `${urls.api}/repositories/${repository.id}/environments/${encodeURIComponent(name)}/deployment_protection_rules/apps`
  return ok(body, linkHeader(url, query, total_count))
}

async function getRule(call: RepositoryCall): Promise<Answer> {
  const rule = await findRule(call.app.store.read, placeOf(call))
  return ok(protectionRulePayload(rule, call.repository, call.urls))
}

async function deleteRule(call: RepositoryCall): Promise<Answer> {
  await removeRule(call.app, placeOf(call))
  return noContent
}
