import type { Route } from '../auth/route.ts'
import { type Answer, noContent, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { linkHeader, pageOf } from '../http/page.ts'
import { idIn, type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import {
  changeBranchPolicy,
  createBranchPolicy,
  findBranchPolicy,
  findCustomEnvironment,
  type PolicyPlace,
  removeBranchPolicy,
} from './branch-policies.ts'
import { branchPoliciesOf, countBranchPolicies } from './branch-policy-queries.ts'
import { branchPolicyChange, newBranchPolicy } from './model.ts'
import { branchPolicyPayload, environmentUrl } from './payload.ts'

const needs = (access: 'environments:read' | 'environments:write', operation: string) => ({
  access,
  docs: `https://docs.github.com/rest/deployments/branch-policies#${operation}-deployment-branch-policy`,
})
const reads = (operation: string) => needs('environments:read', operation)
const writes = (operation: string) => needs('environments:write', operation)

const listed = {
  access: 'environments:read' as const,
  docs: 'https://docs.github.com/rest/deployments/branch-policies#list-deployment-branch-policies',
}
const all = '/environments/:environment_name/deployment-branch-policies'
const one = `${all}/:branch_policy_id`
const resource = 'DeploymentBranchPolicy'

export const branchPolicyRoutes: readonly Route[] = [
  ...repositoryRoute('GET', all, listed, listPolicies),
  ...repositoryRoute('POST', all, writes('create-a'), postPolicy),
  ...repositoryRoute('GET', one, reads('get-a'), getPolicy),
  ...repositoryRoute('PUT', one, writes('update-a'), putPolicy),
  ...repositoryRoute('DELETE', one, writes('delete-a'), deletePolicy),
]

const nameOf = ({ params }: RepositoryCall): string => params['environment_name'] ?? ''

const placeOf = (call: RepositoryCall): PolicyPlace => ({
  repositoryId: call.repository.id,
  name: nameOf(call),
  id: idIn(call.params['branch_policy_id']),
})

async function listPolicies(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls, query } = call
  const { limit, offset } = pageOf(query)
  const { read } = app.store
  const environment = await findCustomEnvironment(read, repository.id, nameOf(call))
  const of = { environment_id: environment.id }
  const [policies, count] = await Promise.all([
    read.all(branchPoliciesOf, { ...of, limit, offset }),
    read.first(countBranchPolicies, of),
  ])
  const total = count?.count ?? 0
  const body = {
    total_count: total,
    branch_policies: policies.map((policy) => branchPolicyPayload(policy, repository)),
  }
  const name = encodeURIComponent(environment.name)
  const url = `${urls.api}/repositories/${repository.id}/environments/${name}/deployment-branch-policies`
  return ok(body, linkHeader(url, query, total))
}

/** 200 for a new one, and 303 to the one that is there already (contract 4.6). */
async function postPolicy(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls } = call
  const request = parseBody(call.body, newBranchPolicy, resource)
  const name = nameOf(call)
  const { kind, policy } = await createBranchPolicy(
    app,
    { repositoryId: repository.id, name },
    request,
  )
  if (kind === 'made') return ok(branchPolicyPayload(policy, repository))
  const location = `${environmentUrl({ name }, repository, urls)}/deployment-branch-policies/${policy.id}`
  return { status: 303, headers: { location } }
}

async function getPolicy(call: RepositoryCall): Promise<Answer> {
  const policy = await findBranchPolicy(call.app.store.read, placeOf(call))
  return ok(branchPolicyPayload(policy, call.repository))
}

async function putPolicy(call: RepositoryCall): Promise<Answer> {
  const { name } = parseBody(call.body, branchPolicyChange, resource)
  const policy = await changeBranchPolicy(call.app, placeOf(call), name)
  return ok(branchPolicyPayload(policy, call.repository))
}

async function deletePolicy(call: RepositoryCall): Promise<Answer> {
  await removeBranchPolicy(call.app, placeOf(call))
  return noContent
}
