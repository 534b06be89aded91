import type { Check } from './model.ts'

const create = 'repos/create-commit-status'

/** Contract 9.1, and what they do to deployments (contract 1.7). */
export const commitStatuses: readonly Check[] = [
  {
    operation: create,
    says: 'takes one for a commit',
    body: { state: 'pending', context: 'ci', description: 'It runs' },
    status: 201,
    like: { state: 'pending', context: 'ci', description: 'It runs', target_url: null },
  },
  {
    operation: 'repos/get-combined-status-for-ref',
    says: 'pending while one of them is',
    parameters: { ref: 'main' },
    status: 200,
    like: { state: 'pending', sha: '{sha}', total_count: 1 },
    count: { statuses: 1 },
  },
  {
    operation: 'repos/create-deployment',
    says: '409 while the status of the commit is pending',
    body: { ref: 'main', auto_merge: false },
    status: 409,
    like: { message: /Conflict: Commit status checks/, errors: [{ field: 'required_contexts' }] },
  },
  {
    operation: create,
    says: 'takes another of the same context',
    body: { state: 'success', context: 'ci' },
    status: 201,
    like: { state: 'success' },
  },
  {
    operation: 'repos/get-combined-status-for-ref',
    says: 'goes by the newest of each context',
    parameters: { ref: '{sha}' },
    status: 200,
    like: { state: 'success' },
    count: { statuses: 1 },
  },
  {
    operation: 'repos/list-commit-statuses-for-ref',
    says: 'all of them, newest first',
    parameters: { ref: 'main' },
    status: 200,
    like: [{ state: 'success' }, { state: 'pending' }],
    count: 2,
  },
  {
    operation: 'repos/create-deployment',
    says: 'a deployment when the status of the commit is success',
    body: { ref: 'main', auto_merge: false, environment: 'checked' },
    status: 201,
  },
  { operation: create, says: '422 for an unknown state', body: { state: 'done' }, status: 422 },
  {
    operation: create,
    says: '422 for a commit that is not there',
    parameters: { sha: '0'.repeat(40) },
    body: { state: 'success' },
    status: 422,
    like: { message: /No commit found for SHA/ },
  },
]
