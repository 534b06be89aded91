import type { Check } from './model.ts'

const here = { environment_name: 'staging' }
const sealed = { encrypted_value: '{sealed}', key_id: '{secret_key_id}' }
const secret = { ...here, secret_name: 'FIRST' }

/** Contract 5: of an environment. */
export const secrets: readonly Check[] = [
  {
    operation: 'actions/get-environment-public-key',
    says: 'a key to seal for',
    parameters: here,
    status: 200,
    like: { key: /^[\w+/]{43}=$/ },
    keeps: { key: 'key', secret_key_id: 'key_id' },
  },
  {
    operation: 'actions/create-or-update-environment-secret',
    says: 'takes a sealed value',
    parameters: secret,
    seals: 'hidden',
    body: sealed,
    status: 201,
  },
  {
    operation: 'actions/create-or-update-environment-secret',
    says: 'takes another value for it',
    parameters: secret,
    seals: 'hidden too',
    body: sealed,
    status: 204,
  },
  {
    operation: 'actions/get-environment-secret',
    says: 'its name and times, and never its value',
    parameters: secret,
    status: 200,
    like: { name: 'FIRST' },
    lacks: ['value', 'encrypted_value'],
  },
  {
    operation: 'actions/list-environment-secrets',
    says: 'lists them',
    parameters: here,
    status: 200,
    like: { total_count: 1, secrets: [{ name: 'FIRST' }] },
  },
  {
    operation: 'actions/create-or-update-environment-secret',
    says: '422 for a name that begins with GITHUB_',
    parameters: { ...here, secret_name: 'GITHUB_TOKEN' },
    seals: 'hidden',
    body: sealed,
    status: 422,
  },
  {
    operation: 'actions/create-or-update-environment-secret',
    says: '422 for a value that is not sealed for it',
    parameters: { ...here, secret_name: 'SECOND' },
    body: { encrypted_value: 'AAAA', key_id: '{secret_key_id}' },
    status: 422,
  },
  {
    operation: 'actions/delete-environment-secret',
    says: 'deletes it',
    parameters: secret,
    status: 204,
  },
  {
    operation: 'actions/get-environment-secret',
    says: '404 for what was deleted',
    parameters: secret,
    status: 404,
  },
]

const variable = { ...here, name: 'REGION' }

export const variables: readonly Check[] = [
  {
    operation: 'actions/create-environment-variable',
    says: 'takes one',
    parameters: here,
    body: { name: 'REGION', value: 'eu' },
    status: 201,
  },
  {
    operation: 'actions/create-environment-variable',
    says: '409 for a name that is taken, in any case',
    parameters: here,
    body: { name: 'region', value: 'us' },
    status: 409,
  },
  {
    operation: 'actions/update-environment-variable',
    says: 'takes another value for it',
    parameters: variable,
    body: { value: 'us' },
    status: 204,
  },
  {
    operation: 'actions/get-environment-variable',
    says: 'its value',
    parameters: variable,
    status: 200,
    like: { name: 'REGION', value: 'us' },
  },
  {
    operation: 'actions/list-environment-variables',
    says: 'lists them',
    parameters: here,
    status: 200,
    like: { total_count: 1, variables: [{ name: 'REGION', value: 'us' }] },
  },
  {
    operation: 'actions/delete-environment-variable',
    says: 'deletes it',
    parameters: variable,
    status: 204,
  },
  {
    operation: 'actions/get-environment-variable',
    says: '404 for what was deleted',
    parameters: variable,
    status: 404,
  },
]
