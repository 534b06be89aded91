import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type GrantContext, Provider } from 'oidc-provider'
import { onTestFinished } from 'vitest'

export const client = { id: 'slipway', secret: 'a secret: with signs & %41+1' }

type Claims = { readonly sub: string; readonly [name: string]: unknown }

/** Listens on loopback until the test ends; what answers may be put there later. */
export async function listen(first: RequestListener = (_, response) => response.end()) {
  let answer = first
  const server = createServer((request, response) => answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const answerWith = (next: RequestListener) => {
    answer = next
  }
  return { url: `http://127.0.0.1:${port}`, answerWith, close: () => server.close() }
}

/** What a server of ours needs to know of it. */
export const settingsFor = (issuer: string) => ({
  oidc_issuer: issuer,
  oidc_client_id: client.id,
  oidc_client_secret: client.secret,
  oidc_name: 'Forge',
})

/**
 * A real provider (`oidc-provider`), where whoever comes is `person.claims`, without being asked; nobody
 * where there are none.
 */
export async function openForge() {
  const { url, answerWith } = await listen()
  const person: { claims: Claims | undefined } = { claims: undefined }

  /** Once the redirect URI is known. */
  function serve(redirectUri: string): void {
    const known = new Map<string, Claims>()
    const provider: Provider = new Provider(url, {
      ...configurationFor(redirectUri),
      findAccount: (_: unknown, accountId: string) => ({
        accountId,
        claims: () => known.get(accountId),
      }),
      // Nobody is asked whether they agree.
      loadExistingGrant: async ({ oidc: { client, session } }: GrantContext) => {
        const { accountId } = session
        const grant = new provider.Grant({ accountId, clientId: client.clientId })
        grant.addOIDCScope(scopes.join(' '))
        await grant.save()
        return grant
      },
    })
    const answer = provider.callback()
    answerWith((request, response) => {
      if (!request.url?.startsWith('/interaction/')) return void answer(request, response)
      const { claims } = person
      if (claims) known.set(claims.sub, claims)
      const result = claims ? { login: { accountId: claims.sub } } : { error: 'access_denied' }
      void provider.interactionFinished(request, response, result)
    })
  }
  return { url, person, serve }
}

export type Forge = Awaited<ReturnType<typeof openForge>>

const scopes = ['openid', 'profile', 'email', 'groups']

function configurationFor(redirectUri: string) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256' }] },
    cookies: { keys: [randomUUID()] },
    clients: [
      {
        ...{ client_id: client.id, client_secret: client.secret, redirect_uris: [redirectUri] },
        id_token_signed_response_alg: 'ES256',
      },
    ],
    scopes,
    claims: {
      openid: ['sub'],
      profile: ['preferred_username', 'name'],
      email: ['email', 'email_verified'],
      groups: ['groups'],
    },
    ttl: { Interaction: 60, Grant: 60, Session: 60, AccessToken: 60, IdToken: 60 },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
  }
}

/** A browser at the provider, with nothing of it from before: where it sends them in the end. */
export async function followThere(address: string): Promise<URL> {
  const cookies = new Map<string, string>()
  let url = new URL(address)
  const { origin } = url
  for (let hops = 0; url.origin === origin && hops < 10; hops += 1) {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const set of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = set.split(';')[0]?.split(/=(.*)/) ?? []
      cookies.set(name, value)
    }
    const location = answer.headers.get('location')
    if (location === null) throw new Error(`${url}: ${answer.status} ${await answer.text()}`)
    url = new URL(location, url)
  }
  return url
}
