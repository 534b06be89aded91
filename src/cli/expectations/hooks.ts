import type { Check } from './model.ts'

/** `example.com` answers whoever asks it (RFC 2606); what it answers is not looked at. */
const config = { url: 'https://example.com/hook', content_type: 'json', secret: 'hunter2' }

/** Contract 6.1–6.4. */
export const hooks: readonly Check[] = [
  {
    operation: 'repos/create-webhook',
    says: 'takes one and masks its secret',
    body: { name: 'web', config, events: ['deployment'] },
    status: 201,
    like: {
      type: 'Repository',
      name: 'web',
      active: true,
      events: ['deployment'],
      config: { url: config.url, content_type: 'json', secret: '********', insecure_ssl: '0' },
    },
    keeps: { hook_id: 'id' },
  },
  {
    operation: 'repos/create-webhook',
    says: '422 for the same one again',
    body: { name: 'web', config, events: ['deployment'] },
    status: 422,
    like: { errors: [{ message: 'Hook already exists on this repository' }] },
  },
  {
    operation: 'repos/create-webhook',
    says: '422 without an address',
    body: { config: { content_type: 'json' } },
    status: 422,
  },
  { operation: 'repos/list-webhooks', says: 'lists it', status: 200, like: [{ id: '{hook_id}' }] },
  {
    operation: 'repos/get-webhook',
    says: 'one',
    status: 200,
    like: { id: '{hook_id}', deliveries_url: /\/deliveries$/ },
  },
  {
    operation: 'repos/update-webhook',
    says: 'adds events',
    body: { add_events: ['push'] },
    status: 200,
    like: { events: ['deployment', 'push'] },
  },
  {
    operation: 'repos/get-webhook-config-for-repo',
    says: 'its configuration, the secret masked',
    status: 200,
    like: { url: config.url, secret: '********' },
  },
  {
    operation: 'repos/update-webhook-config-for-repo',
    says: 'changes its configuration',
    body: { content_type: 'form' },
    status: 200,
    like: { content_type: 'form', url: config.url },
  },
  {
    operation: 'repos/get-webhook',
    says: '404 for one that is not there',
    parameters: { hook_id: '999999999999' },
    status: 404,
  },
]

/** Contract 6.5. */
export const deliveries: readonly Check[] = [
  { operation: 'repos/ping-webhook', says: 'takes a ping', status: 204 },
  { operation: 'repos/test-push-webhook', says: 'takes a test', status: 204 },
  {
    operation: 'repos/list-webhook-deliveries',
    says: 'lists the ping when it was sent, whatever came of it',
    status: 200,
    like: [{ event: /^(ping|push)$/, redelivery: false }],
    isEventual: true,
    keeps: { delivery_id: '0.id' },
  },
  {
    operation: 'repos/get-webhook-delivery',
    says: 'one, with what was sent',
    status: 200,
    like: {
      id: '{delivery_id}',
      request: { headers: { 'X-GitHub-Event': /^(ping|push)$/ } },
    },
  },
  {
    operation: 'repos/redeliver-webhook-delivery',
    says: 'sends it again',
    status: 202,
  },
  { operation: 'repos/delete-webhook', says: 'deletes the hook', status: 204 },
  { operation: 'repos/get-webhook', says: '404 for what was deleted', status: 404 },
]
