import { z } from 'zod'
import type { Route } from '../auth/route.ts'
import { type Answer, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { invalidField } from '../lib/problem.ts'
import { type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { findEnvironment } from './environments.ts'

const page = 'https://docs.github.com/rest/deployments/protection-rules'
const all = '/environments/:environment_name/deployment_protection_rules'

/**
 * Rules of Apps (contract 4.7). Nothing holds a deployment back here, so no App
 * decides about one: no environment has any, and none can be named for a new one.
 */
export const customRuleRoutes: readonly Route[] = [
  ...repositoryRoute(
    'GET',
    all,
    {
      access: 'environments:read',
      docs: `${page}#get-all-deployment-protection-rules-for-an-environment`,
    },
    listRules,
  ),
  ...repositoryRoute(
    'POST',
    all,
    {
      access: 'environments:write',
      docs: `${page}#create-a-custom-deployment-protection-rule-on-an-environment`,
    },
    postRule,
  ),
  ...repositoryRoute(
    'GET',
    `${all}/apps`,
    {
      access: 'environments:write',
      docs: `${page}#list-custom-deployment-rule-integrations-available-for-an-environment`,
    },
    listApps,
  ),
]

async function listRules(call: RepositoryCall): Promise<Answer> {
  await findNamed(call)
  return ok({ total_count: 0, custom_deployment_protection_rules: [] })
}

async function listApps(call: RepositoryCall): Promise<Answer> {
  await findNamed(call)
  return ok({ total_count: 0, available_custom_deployment_protection_rule_integrations: [] })
}

const newRule = z.object({ integration_id: z.int() })

async function postRule(call: RepositoryCall): Promise<Answer> {
  await findNamed(call)
  const resource = 'DeploymentProtectionRule'
  const { integration_id } = parseBody(call.body, newRule, resource)
  const message = `integration_id ${integration_id} is no App that decides about deployments`
  throw invalidField({ resource, field: 'integration_id', code: 'custom', message })
}

const findNamed = ({ app, repository, params }: RepositoryCall) =>
  findEnvironment(app.store.read, repository.id, params['environment_name'] ?? '')
