import type { Check } from './model.ts'

const create = 'repos/create-deployment-status'
const before = ['queued', 'pending', 'in_progress', 'failure', 'error'] as const

/** Contract 2, then what only a status makes possible: to delete (contract 1.9). */
export const statuses: readonly Check[] = [
  {
    operation: 'repos/list-deployment-statuses',
    says: 'none at first',
    status: 200,
    count: 0,
  },
  ...before.map((state) => ({
    operation: create,
    says: `takes ${state}`,
    body: { state },
    status: 201,
    like: { state, environment: 'qa', description: '', target_url: '', log_url: '' },
  })),
  {
    operation: create,
    says: 'takes success, with all that was said',
    body: {
      state: 'success',
      description: 'Done',
      log_url: 'https://example.com/log',
      environment_url: 'https://example.com',
    },
    status: 201,
    like: {
      state: 'success',
      description: 'Done',
      log_url: 'https://example.com/log',
      target_url: 'https://example.com/log',
      environment_url: 'https://example.com',
      creator: { login: '{login}' },
    },
    keeps: { status_id: 'id' },
  },
  {
    operation: 'repos/list-deployment-statuses',
    says: 'newest first',
    status: 200,
    like: [{ id: '{status_id}' }, { state: 'error' }, { state: 'failure' }],
    count: before.length + 1,
  },
  {
    operation: 'repos/get-deployment-status',
    says: 'one',
    status: 200,
    like: { id: '{status_id}', state: 'success' },
  },
  {
    operation: 'repos/get-deployment-status',
    says: '404 for one that is not there',
    parameters: { status_id: '999999999999' },
    status: 404,
  },
  { operation: create, says: '422 for an unknown state', body: { state: 'done' }, status: 422 },
  { operation: create, says: '422 without a state', body: {}, status: 422 },
  {
    operation: create,
    says: '422 for a description of more than 140 characters',
    body: { state: 'success', description: 'x'.repeat(141) },
    status: 422,
  },
  {
    operation: 'repos/create-deployment',
    says: 'another one in the same environment',
    body: { ref: 'main', environment: 'qa', required_contexts: [], auto_merge: false },
    status: 201,
    keeps: { next_id: 'id' },
  },
  {
    operation: create,
    says: 'a success of it',
    parameters: { deployment_id: '{next_id}' },
    body: { state: 'success' },
    status: 201,
  },
  {
    operation: 'repos/list-deployment-statuses',
    says: 'makes the earlier one inactive (auto_inactive)',
    status: 200,
    like: [{ state: 'inactive' }],
    isEventual: true,
  },
  {
    operation: 'repos/delete-deployment',
    says: '422 while it is active',
    parameters: { deployment_id: '{next_id}' },
    status: 422,
    like: { message: 'Validation Failed', errors: [/delete an active deployment/] },
  },
  {
    operation: create,
    says: 'takes inactive',
    parameters: { deployment_id: '{next_id}' },
    body: { state: 'inactive' },
    status: 201,
    like: { state: 'inactive' },
  },
  {
    operation: 'repos/delete-deployment',
    says: 'deletes what is inactive',
    parameters: { deployment_id: '{next_id}' },
    status: 204,
  },
  {
    operation: 'repos/get-deployment',
    says: '404 for what was deleted',
    parameters: { deployment_id: '{next_id}' },
    status: 404,
  },
]
