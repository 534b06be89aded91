import { z } from 'zod'

/** What the commands of whoever runs the server ask of it, over the socket in its data folder. */
export const adminRequest = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('create_user'),
    login: z.string(),
    admin: z.boolean(),
    password: z.string().nullable(),
  }),
  z.object({ kind: z.literal('create_organization'), login: z.string(), owner: z.string() }),
  z.object({
    kind: z.literal('create_token'),
    user: z.string(),
    scopes: z.array(z.string()),
    note: z.string().max(255),
    expires_at: z.iso.datetime().nullable(),
  }),
  z.object({ kind: z.literal('list_tokens'), user: z.string() }),
  z.object({ kind: z.literal('revoke_token'), id: z.int() }),
  z.object({ kind: z.literal('set_password'), login: z.string(), password: z.string() }),
  z.object({
    kind: z.literal('create_oauth_app'),
    name: z.string(),
    owner: z.string(),
    callback_url: z.string(),
    url: z.string().nullable(),
    device_flow: z.boolean(),
  }),
  z.object({ kind: z.literal('list_oauth_apps') }),
  z.object({ kind: z.literal('reset_oauth_app_secret'), client_id: z.string() }),
  z.object({ kind: z.literal('delete_oauth_app'), client_id: z.string() }),
])

export type AdminRequest = z.infer<typeof adminRequest>

/** The lines to print on standard output, and what to tell the person on standard error. */
export const adminAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done'), output: z.array(z.string()), message: z.string() }),
  z.object({ kind: z.literal('refused'), message: z.string() }),
])

export type AdminAnswer = z.infer<typeof adminAnswer>

export const done = (message: string, output: string[] = []): AdminAnswer => ({
  kind: 'done',
  output,
  message,
})
