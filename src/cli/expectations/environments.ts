import type { Check } from './model.ts'

const put = 'repos/create-or-update-environment'
const custom = { protected_branches: false, custom_branch_policies: true }

/** Contract 4.1–4.5. */
export const environments: readonly Check[] = [
  {
    operation: put,
    says: 'makes one without a body',
    parameters: { environment_name: 'staging' },
    status: 200,
    like: { name: 'staging', protection_rules: [], deployment_branch_policy: null },
  },
  {
    operation: put,
    says: 'keeps a wait timer',
    parameters: { environment_name: 'staging' },
    body: { wait_timer: 30 },
    status: 200,
    like: { protection_rules: [{ type: 'wait_timer', wait_timer: 30 }] },
  },
  {
    operation: put,
    says: 'replaces all of it',
    parameters: { environment_name: 'staging' },
    body: { deployment_branch_policy: custom },
    status: 200,
    like: { deployment_branch_policy: custom, protection_rules: [{ type: 'branch_policy' }] },
    keeps: { environment_id: 'id' },
  },
  {
    operation: put,
    says: 'takes a name with a slash',
    parameters: { environment_name: 'review/1' },
    status: 200,
    like: { name: 'review/1' },
  },
  {
    operation: put,
    says: '422 for a wait of more than 30 days',
    parameters: { environment_name: 'staging' },
    body: { wait_timer: 43_201 },
    status: 422,
  },
  {
    operation: put,
    says: '422 for a policy of both kinds',
    parameters: { environment_name: 'staging' },
    body: { deployment_branch_policy: { protected_branches: true, custom_branch_policies: true } },
    status: 422,
  },
  {
    operation: 'repos/get-all-environments',
    says: 'lists those that deployments made as well',
    status: 200,
    like: { total_count: /^[4-9]$/ },
  },
  {
    operation: 'repos/get-environment',
    says: 'one, by a name in another case',
    parameters: { environment_name: 'STAGING' },
    status: 200,
    like: { id: '{environment_id}', name: 'staging' },
  },
  {
    operation: 'repos/get-environment',
    says: '404 for one that is not there',
    parameters: { environment_name: 'not-there' },
    status: 404,
  },
  {
    operation: 'repos/delete-an-environment',
    says: 'deletes it',
    parameters: { environment_name: 'review/1' },
    status: 204,
  },
  {
    operation: 'repos/get-environment',
    says: '404 for what was deleted',
    parameters: { environment_name: 'review/1' },
    status: 404,
  },
]

const here = { environment_name: 'staging' }
const postPolicy = 'repos/create-deployment-branch-policy'

/** Contract 4.6. */
export const policies: readonly Check[] = [
  {
    operation: postPolicy,
    says: 'takes a pattern for branches',
    parameters: here,
    body: { name: 'release/*' },
    status: 200,
    like: { name: 'release/*' },
    keeps: { branch_policy_id: 'id' },
  },
  {
    operation: postPolicy,
    says: 'takes a pattern for tags',
    parameters: here,
    body: { name: 'v*', type: 'tag' },
    status: 200,
    like: { name: 'v*', type: 'tag' },
  },
  {
    operation: postPolicy,
    says: '303 for one that is there',
    parameters: here,
    body: { name: 'release/*' },
    status: 303,
  },
  {
    operation: 'repos/list-deployment-branch-policies',
    says: 'lists them',
    parameters: here,
    status: 200,
    like: { total_count: 2 },
    count: { branch_policies: 2 },
  },
  {
    operation: 'repos/update-deployment-branch-policy',
    says: 'changes a pattern',
    parameters: here,
    body: { name: 'main' },
    status: 200,
    like: { id: '{branch_policy_id}', name: 'main' },
  },
  {
    operation: 'repos/get-deployment-branch-policy',
    says: 'one',
    parameters: here,
    status: 200,
    like: { name: 'main' },
  },
  {
    operation: 'repos/delete-deployment-branch-policy',
    says: 'deletes it',
    parameters: here,
    status: 204,
  },
  {
    operation: 'repos/get-deployment-branch-policy',
    says: '404 for what was deleted',
    parameters: here,
    status: 404,
  },
  {
    operation: 'repos/get-all-deployment-protection-rules',
    says: 'no rules of Apps at first',
    parameters: here,
    status: 200,
    like: { total_count: 0 },
  },
]
