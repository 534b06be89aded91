import type { Client } from './oauth-apps/model.ts'

/** What a program asks of a person by way of the browser (contract 7.6), when nothing is wrong with it. */
export type Authorization = {
  readonly client: Client
  /** As it was asked for. */
  readonly redirect_uri: string | null
  /** Where the answer goes. */
  readonly target: string
  /** Undefined where it leaves that to what was granted before. */
  readonly scopes: readonly string[] | undefined
  readonly state: string | undefined
  readonly login: string | undefined
  readonly prompt: string | undefined
  readonly code_challenge: string | null
}

/** Everything a token endpoint can refuse with, and GitHub's words for it. */
const descriptions = {
  access_denied: 'The authorization request was denied.',
  authorization_pending: 'The authorization request is still pending.',
  bad_refresh_token: 'The refresh token passed is incorrect or expired.',
  bad_verification_code: 'The code passed is incorrect or expired.',
  device_flow_disabled: 'Device Flow must be explicitly enabled for this App',
  expired_token: 'The `device_code` has expired.',
  incorrect_client_credentials: 'The client_id and/or client_secret passed are incorrect.',
  incorrect_device_code: 'The device_code provided is not valid.',
  redirect_uri_mismatch:
    'The redirect_uri MUST match the registered callback URL for this application.',
  slow_down: 'Too many requests have been made in the same timeframe.',
  unsupported_grant_type: 'The grant_type is not supported.',
} as const

export type Refusal = keyof typeof descriptions
export type Fields = Readonly<Record<string, string | number>>

const help = 'https://docs.github.com/apps/oauth-apps/maintaining-oauth-apps'

export const refusalFields = (error: Refusal, more: Fields = {}): Fields => ({
  error,
  error_description: descriptions[error],
  error_uri: `${help}/troubleshooting-oauth-app-access-token-request-errors#${error.replaceAll('_', '-')}`,
  ...more,
})

/** Without the empty ones: programs send those too that they had nothing to put into. */
export const filledIn = (fields: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))

/** Scopes as programs write them: separated by spaces, or by commas. */
export const scopesIn = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean)
