import { normalizeScopes } from '../auth/scopes.ts'
import { Problem } from '../lib/problem.ts'
import { decideRedirect, isLoopback } from './decide-redirect.ts'
import { type Authorization, filledIn, scopesIn } from './model.ts'
import type { Client } from './oauth-apps/model.ts'

/** What is wrong with a request, for the program to hear by way of the browser. */
export type Mistake = {
  readonly kind: 'mistake'
  readonly target: string
  readonly state: string | undefined
  readonly error: 'redirect_uri_mismatch' | 'invalid_request'
  readonly description: string
}

type Fields = Readonly<Record<string, string>>

const challengePattern = /^[\w-]{43}$/
const stateCharactersMax = 2048

/** Throws `not_found` where there is no such client, and `invalid` where it has no address to go back to. */
export function parseAuthorization(
  given: Fields,
  client: Client | undefined,
): ({ readonly kind: 'authorization' } & Authorization) | Mistake {
  if (!client) throw new Problem('not_found', 'No program with this client_id is known here.')
  // An empty state comes back as it is, and an empty scope asks for none.
  const { state, scope } = given
  const fields = filledIn(given)
  const { redirect_uri } = fields
  const [registered] = client.callback_urls
  if (registered === undefined) {
    throw new Problem('invalid', `${client.name} has no callback address: tell who made it.`)
  }
  const target = decideRedirect(redirect_uri, client.callback_urls)
  if (target === undefined) {
    const description =
      'The redirect_uri MUST match the registered callback URL for this application.'
    // Never to the address that was asked for: it may be anybody's.
    return {
      kind: 'mistake',
      target: registered,
      state,
      error: 'redirect_uri_mismatch',
      description,
    }
  }
  const fault = faultIn(fields, client, target)
  if (fault) {
    return { kind: 'mistake', target, state, error: 'invalid_request', description: fault }
  }
  const isScoped = client.kind === 'oauth-app' && scope !== undefined
  return {
    kind: 'authorization',
    client,
    redirect_uri: redirect_uri ?? null,
    target,
    scopes: isScoped ? normalizeScopes(scopesIn(scope)) : undefined,
    state,
    login: fields['login'],
    prompt: fields['prompt'],
    code_challenge: fields['code_challenge'] ?? null,
  }
}

function faultIn(fields: Fields, client: Client, target: string): string | undefined {
  const { code_challenge, code_challenge_method, state = '' } = fields
  if (state.length > stateCharactersMax)
    return `state has at most ${stateCharactersMax} characters.`
  if (code_challenge !== undefined || code_challenge_method !== undefined) {
    if (code_challenge_method !== 'S256') return 'code_challenge_method must be S256.'
    if (!challengePattern.test(code_challenge ?? '')) {
      return 'code_challenge must be 43 characters of base64url.'
    }
    return undefined
  }
  // Without a secret, the code is only as safe as its way back: to the same machine, or bound to its asker.
  const isSafe = client.client_secret_hash !== null || isLoopback(target)
  return isSafe ? undefined : 'A client without a secret must send a code_challenge.'
}
