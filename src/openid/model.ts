import { z } from 'zod'
import { Problem } from '../lib/problem.ts'
import { Secret } from '../lib/secret.ts'
import { fixedAddressesOf, hostOf } from '../network/hook-url.ts'
import { parseAdmission } from './decide-admission.ts'

const nameCharactersMax = 40

/** What one process tells another on the same machine is heard by nobody else. */
export const isLoopback = (url: URL): boolean =>
  fixedAddressesOf(hostOf(url))?.every((address) => /^127\.|^::1$/.test(address)) ?? false

const issuer = z
  .url({ protocol: /^https?$/, error: 'expected https://…' })
  .transform((text) => new URL(text))
  .refine((url) => url.protocol === 'https:' || isLoopback(url), {
    error: 'a provider is asked by https, unless it runs on this machine',
  })
  .refine(({ username, search, hash }) => `${username}${search}${hash}` === '', {
    error: 'an issuer is an address without a query',
  })
  .transform(({ href }) => href)

/** Kept as text, as it is shown; parsed here so that a bad rule stops the start by its name. */
const admission = z.string().superRefine((text, context) => {
  const { bad } = parseAdmission(text)
  if (bad === undefined) return
  const message = `"${bad}" says nothing: use nobody, everybody, or a list of @example.com and group:NAME`
  context.addIssue({ code: 'custom', message })
})

const words = z.string().regex(/^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/)
const optional = z.string().min(1).optional()

/** The settings that say where people have the accounts that they sign in with. */
export const providerSettings = {
  oidc_issuer: {
    variable: 'SLIPWAY_OIDC_ISSUER',
    schema: issuer.optional(),
    otherwise: undefined,
  },
  oidc_client_id: { variable: 'SLIPWAY_OIDC_CLIENT_ID', schema: optional, otherwise: undefined },
  /** Left out for a public client, which has PKCE alone. */
  oidc_client_secret: {
    variable: 'SLIPWAY_OIDC_CLIENT_SECRET',
    schema: optional.transform((text) => (text === undefined ? undefined : new Secret(text))),
    otherwise: undefined,
  },
  oidc_name: {
    variable: 'SLIPWAY_OIDC_NAME',
    schema: z.string().min(1).max(nameCharactersMax).optional(),
    otherwise: undefined,
  },
  oidc_scopes: {
    variable: 'SLIPWAY_OIDC_SCOPES',
    schema: words.refine((text) => text.split(' ').includes('openid'), {
      error: 'openid must be among them',
    }),
    otherwise: 'openid profile email',
  },
  oidc_login_claim: {
    variable: 'SLIPWAY_OIDC_LOGIN_CLAIM',
    schema: z.string().min(1),
    otherwise: 'preferred_username',
  },
  oidc_groups_claim: {
    variable: 'SLIPWAY_OIDC_GROUPS_CLAIM',
    schema: z.string().min(1),
    otherwise: 'groups',
  },
  oidc_new_users: {
    variable: 'SLIPWAY_OIDC_NEW_USERS',
    schema: admission,
    otherwise: 'nobody',
  },
  oidc_admin_group: {
    variable: 'SLIPWAY_OIDC_ADMIN_GROUP',
    schema: optional,
    otherwise: undefined,
  },
} as const

type Given = {
  readonly [N in keyof typeof providerSettings]: z.output<(typeof providerSettings)[N]['schema']>
}

export type ProviderSettings = ReturnType<typeof settingsFor>

/** Undefined where nobody signs in elsewhere. Throws `invalid` for one setting without the other. */
export function providerSettingsOf(config: Given): ProviderSettings | undefined {
  const { oidc_issuer: issuer, oidc_client_id: clientId } = config
  if (issuer === undefined && clientId === undefined) return undefined
  if (issuer !== undefined && clientId !== undefined) return settingsFor(config, issuer, clientId)
  const { variable } = providerSettings[issuer === undefined ? 'oidc_issuer' : 'oidc_client_id']
  throw new Problem('invalid', `${variable} is missing: an issuer and a client id go together`)
}

const settingsFor = (config: Given, issuer: string, clientId: string) => ({
  /** As `URL` spells it. */
  issuer,
  clientId,
  clientSecret: config.oidc_client_secret,
  /** What people call it. */
  name: config.oidc_name ?? new URL(issuer).host,
  scopes: config.oidc_scopes,
  loginClaim: config.oidc_login_claim,
  groupsClaim: config.oidc_groups_claim,
  admission: parseAdmission(config.oidc_new_users).admission,
  adminGroup: config.oidc_admin_group,
})

/** One way there and back, of one browser. */
export type Flow = {
  readonly redirectUri: string
  /** These three are known to the browser's cookie alone, and are never the same twice. */
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}
