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
  z.object({ kind: z.literal('set_password'), login: z.string(), password: z.string() }),
  z.object({
    kind: z.literal('link_identity'),
    login: z.string(),
    subject: z.string().regex(/^[\x20-\x7e]{1,255}$/),
  }),
  z.object({ kind: z.literal('unlink_identity'), login: z.string() }),
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
  z.object({
    kind: z.literal('create_app'),
    owner: z.string(),
    /** As GitHub's manifests; checked where it is used. */
    manifest: z.unknown(),
    webhook_secret: z.string().nullable(),
  }),
  z.object({
    kind: z.literal('create_manifest_code'),
    owner: z.string(),
    manifest: z.unknown(),
  }),
  z.object({ kind: z.literal('list_apps') }),
  z.object({
    kind: z.literal('install_app'),
    app: z.string(),
    account: z.string(),
    /** `owner/name`; none means all. */
    repositories: z.array(z.string()).max(500),
  }),
  z.object({ kind: z.literal('create_app_key'), app: z.string() }),
  z.object({ kind: z.literal('list_app_keys'), app: z.string() }),
  z.object({
    kind: z.literal('read_audit'),
    /** For the first part of it; the others go on `after` a position. */
    since: z.iso.datetime().nullable(),
    after: z.int(),
  }),
  z.object({ kind: z.literal('delete_app_key'), app: z.string(), id: z.int() }),
])

export type AdminRequest = z.infer<typeof adminRequest>
export type Asked<Kind extends AdminRequest['kind']> = Extract<AdminRequest, { kind: Kind }>

/** The lines to print on standard output, and what to tell the person on standard error. */
export const adminAnswer = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('done'),
    output: z.array(z.string()),
    message: z.string(),
    /** PEM. Kept in a file of its own where the command names one. */
    private_key: z.string().optional(),
  }),
  z.object({ kind: z.literal('refused'), message: z.string() }),
])

export type AdminAnswer = z.infer<typeof adminAnswer>

type Done = Extract<AdminAnswer, { kind: 'done' }>

export const done = (message: string, output: string[] = []): Done => ({
  kind: 'done',
  output,
  message,
})
