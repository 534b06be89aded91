import type { ClientAuth, Configuration } from 'openid-client'
import type { Log } from '../lib/log.ts'
import { Problem } from '../lib/problem.ts'
import { limitedFetch, ProviderAway } from './limited-fetch.ts'
import { type Flow, isLoopback, type ProviderSettings } from './model.ts'
import { type Person, parsePerson } from './parse-person.ts'

/** Where people have the accounts that they sign in with. */
export type Provider = {
  readonly settings: ProviderSettings
  /** Where a browser goes to sign in there. Throws `unavailable`. */
  readonly findSignInUrl: (flow: Flow) => Promise<string>
  /**
   * Who came back, by the query that they came back with. Throws `forbidden` where they or the provider
   * said no, or where what it said does not hold; `unavailable`.
   */
  readonly findPerson: (flow: Flow, query: Readonly<Record<string, string>>) => Promise<Person>
}

type Options = { readonly log: Log; readonly timeoutMs?: number }
type Client = typeof import('openid-client')
type Known = { readonly client: Client; readonly configuration: Configuration }

/** Of one request. Somebody waits in front of a browser. */
const usualTimeoutMs = 5_000

/** Asks nothing before somebody wishes to sign in: the server starts whether or not the provider is there. */
export function openProvider(settings: ProviderSettings, options: Options): Provider {
  const { log, timeoutMs = usualTimeoutMs } = options
  let known: Promise<Known> | undefined

  /** What failed is asked anew: the provider may have moved. */
  async function asking<T>(act: (known: Known) => Promise<T>): Promise<T> {
    known ??= discover(settings, timeoutMs)
    try {
      return await act(await known)
    } catch (error) {
      if (error instanceof Problem) throw error
      known = undefined
      throw refusalOf(error, settings, log)
    }
  }

  return {
    settings,
    findSignInUrl: (flow) => asking((asked) => signInUrl(asked, settings, flow)),
    findPerson: (flow, query) => asking((asked) => person(asked, settings, { flow, query })),
  }
}

/** The library is loaded here, so that servers which do not use it have none of it in memory. */
async function discover(settings: ProviderSettings, timeoutMs: number): Promise<Known> {
  const client = await import('openid-client')
  const { issuer, clientId, clientSecret } = settings
  const server = new URL(issuer)
  const checks = [client.enableNonRepudiationChecks]
  const secret = clientSecret?.reveal()
  const authentication = secret === undefined ? client.None() : secretBy(client, secret)
  const execute = isLoopback(server) ? [...checks, client.allowInsecureRequests] : checks
  const options = { execute, [client.customFetch]: limitedFetch(timeoutMs) }
  try {
    const found = await client.discovery(server, clientId, {}, authentication, options)
    return { client, configuration: found }
  } catch (cause) {
    // Whatever is wrong there, nobody has been told who somebody is.
    throw new ProviderAway(`Discovery: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    })
  }
}

/** In the header unless the provider takes it in the form alone (OpenID Connect Discovery, 3). */
function secretBy(client: Client, secret: string): ClientAuth {
  const [inHeader, inForm] = [client.ClientSecretBasic(secret), client.ClientSecretPost(secret)]
  return (provider, ...request) => {
    const ways = provider.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    const way = ways.includes('client_secret_basic') ? inHeader : inForm
    way(provider, ...request)
  }
}

async function signInUrl({ client, configuration }: Known, settings: ProviderSettings, flow: Flow) {
  const url = client.buildAuthorizationUrl(configuration, {
    redirect_uri: flow.redirectUri,
    scope: settings.scopes,
    state: flow.state,
    nonce: flow.nonce,
    code_challenge: await client.calculatePKCECodeChallenge(flow.verifier),
    code_challenge_method: 'S256',
  })
  return url.href
}

type Return = { readonly flow: Flow; readonly query: Readonly<Record<string, string>> }

async function person(
  { client, configuration }: Known,
  settings: ProviderSettings,
  { flow, query }: Return,
): Promise<Person> {
  const url = new URL(`${flow.redirectUri}?${new URLSearchParams(query)}`)
  const tokens = await client.authorizationCodeGrant(configuration, url, {
    expectedState: flow.state,
    expectedNonce: flow.nonce,
    pkceCodeVerifier: flow.verifier,
    idTokenExpected: true,
  })
  const claims = tokens.claims()
  // The library makes an exception for Entra's issuers of many tenants, whose subjects are not one name space.
  if (claims === undefined || URL.parse(claims.iss)?.href !== settings.issuer) {
    throw new Problem('forbidden', `${settings.name} answered for somebody else.`)
  }
  const isMore = configuration.serverMetadata().userinfo_endpoint !== undefined
  const more = isMore
    ? await client.fetchUserInfo(configuration, tokens.access_token, claims.sub)
    : {}
  return parsePerson({ ...more, ...claims }, settings)
}

/** In words for the person; the log has what the library says, which holds no token. */
function refusalOf(error: unknown, { name, issuer }: ProviderSettings, log: Log): Problem {
  if (codeOf(error, 'error') === 'access_denied') {
    return new Problem('forbidden', `You were not signed in: ${name} was told no.`)
  }
  const why = error instanceof Error ? error.message : String(error)
  log.warn(
    { issuer, why, code: codeOf(error, 'code'), error: codeOf(error, 'error') },
    'openid.failed',
  )
  if (isAway(error)) {
    return new Problem(
      'unavailable',
      `${name} does not answer as it should. Sign in with your password, or try again later.`,
    )
  }
  return new Problem(
    'forbidden',
    `What ${name} answered does not hold, so you were not signed in. Try again; the server's log says more.`,
  )
}

function codeOf(error: unknown, name: 'code' | 'error'): string | undefined {
  const code: unknown = error instanceof Error ? Reflect.get(error, name) : undefined
  return typeof code === 'string' ? code.slice(0, 100) : undefined
}

const isAway = (error: unknown): boolean =>
  error instanceof ProviderAway || (error instanceof Error && isAway(error.cause))
