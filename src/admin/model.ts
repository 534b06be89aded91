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
  z.object({
    kind: z.literal('create_fine_grained_token'),
    user: z.string(),
    /** `deployments=write`. */
    permissions: z.array(z.string()),
    /** The user, unless it is one of their organisations. */
    owner: z.string().nullable(),
    /** `owner/name`, as many as GitHub takes. */
    repositories: z.array(z.string()).max(50),
    for_all: z.boolean(),
    note: z.string().max(255),
    expires_at: z.iso.datetime().nullable(),
  }),
  z.object({ kind: z.literal('list_tokens'), user: z.string() }),
  z.object({ kind: z.literal('revoke_token'), id: z.int() }),
])

export type AdminRequest = z.infer<typeof adminRequest>
export type Asked<Kind extends AdminRequest['kind']> = Extract<AdminRequest, { kind: Kind }>

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
