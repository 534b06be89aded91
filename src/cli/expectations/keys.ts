import type { Check } from './model.ts'

/** Contract 3. The key is new in every run: a key belongs to one repository of the whole server. */
export const keys: readonly Check[] = [
  {
    operation: 'repos/create-deploy-key',
    says: 'takes a public key',
    body: { title: 'conformance', key: '{public_key}', read_only: true },
    status: 201,
    like: { title: 'conformance', key: '{public_key}', read_only: true, verified: true },
    keeps: { key_id: 'id' },
  },
  {
    operation: 'repos/list-deploy-keys',
    says: 'lists it',
    status: 200,
    like: [{ id: '{key_id}' }],
    count: 1,
  },
  {
    operation: 'repos/get-deploy-key',
    says: 'one',
    status: 200,
    like: { id: '{key_id}', read_only: true },
  },
  {
    operation: 'repos/create-deploy-key',
    says: '422 for a key that is in use',
    body: { key: '{public_key}' },
    status: 422,
    like: { message: 'Validation Failed', errors: [{ field: 'key' }] },
  },
  {
    operation: 'repos/create-deploy-key',
    says: '422 for what is no key',
    body: { key: 'ssh-rsa nonsense' },
    status: 422,
  },
  { operation: 'repos/delete-deploy-key', says: 'deletes it', status: 204 },
  { operation: 'repos/get-deploy-key', says: '404 for what was deleted', status: 404 },
]
