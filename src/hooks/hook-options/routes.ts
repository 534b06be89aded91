import type { Route } from '../../auth/route.ts'
import { type Answer, ok } from '../../http/answer.ts'
import { parseBody } from '../../http/body.ts'
import { toSecond } from '../../lib/time.ts'
import { hookRoute, type OneHookCall } from '../levels.ts'
import { editOptions, findOptions, rotateSecret } from './hook-options.ts'
import { type HookOptions, optionsEdit, secretRotation } from './model.ts'

/** What a hook may have that GitHub's hooks do not. */
export const hookOptionRoutes: readonly Route[] = [
  ...hookRoute('GET', '/options', 'read', get),
  ...hookRoute('PATCH', '/options', 'write', update),
  ...hookRoute('POST', '/secret', 'write', rotate),
]

async function get({ app, hook }: OneHookCall): Promise<Answer> {
  return ok(optionsPayload(await findOptions(app.store.read, hook)))
}

async function update({ app, holder, hook, body }: OneHookCall): Promise<Answer> {
  const edit = parseBody(body, optionsEdit, 'Hook')
  return ok(optionsPayload(await editOptions(app, holder, hook.id, edit)))
}

async function rotate({ app, holder, hook, body }: OneHookCall): Promise<Answer> {
  const rotation = parseBody(body, secretRotation, 'Hook')
  return ok(optionsPayload(await rotateSecret(app, holder, hook.id, rotation)))
}

/** Secrets and keys are never shown. */
const optionsPayload = (options: HookOptions) => ({
  format: options.format,
  standard_webhooks: options.standard_webhooks === 1,
  previous_secret_until: options.previous_secret_until && toSecond(options.previous_secret_until),
  client_certificate: options.client_certificate,
  timeout_seconds: options.timeout_seconds,
  rate_per_second: options.rate_per_second,
})
