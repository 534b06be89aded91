import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { type JWTPayload, SignJWT } from 'jose'
import { client, listen } from './provider.ts'

type Truth = { readonly issuer: string; readonly nonce: string; readonly key: KeyObject }

/** What is said in place of the truth. */
export type Lie = {
  readonly claims?: (truth: Truth) => object
  readonly key?: KeyObject
  readonly header?: { readonly alg: string; readonly kid?: string }
  /** In place of the ID token. */
  readonly token?: (truth: Truth) => string
  readonly userinfo?: object
  /** In place of everything that the token endpoint says. */
  readonly answer?: string
}

export const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** A provider of our own making that says what it is told to: the real one would not. */
export async function openLiar() {
  const { url: issuer, answerWith } = await listen()
  const { privateKey: key, publicKey } = newKey()
  let [lie, nonce]: [Lie, string] = [{}, '']
  const state = { isAway: false }

  const metadata = {
    ...{ issuer, jwks_uri: `${issuer}/keys`, token_endpoint: `${issuer}/token` },
    ...{ authorization_endpoint: `${issuer}/auth`, userinfo_endpoint: `${issuer}/me` },
    ...{ response_types_supported: ['code'], subject_types_supported: ['public'] },
    id_token_signing_alg_values_supported: ['ES256'],
  }
  const keys = { keys: [{ ...publicKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }] }
  const truth = () => ({ issuer, nonce, key })

  async function idToken(): Promise<string> {
    if (lie.token) return lie.token(truth())
    const claims = { ...truthfulClaims(truth()), ...lie.claims?.(truth()) }
    const header = lie.header ?? { alg: 'ES256' }
    return await new SignJWT(claims).setProtectedHeader(header).sign(lie.key ?? key)
  }

  const answers: Record<string, () => unknown> = {
    '/.well-known/openid-configuration': () => metadata,
    '/keys': () => keys,
    '/token': async () => {
      const usual = { access_token: 'x', token_type: 'Bearer', id_token: await idToken() }
      return lie.answer ?? usual
    },
    '/me': () => lie.userinfo ?? { sub: '1', preferred_username: 'mona' },
  }
  const answer: RequestListener = async (request, response) => {
    if (state.isAway) return void response.destroy()
    const body = await answers[request.url ?? '']?.()
    response.setHeader('content-type', 'application/json')
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
  answerWith((request, response) => void answer(request, response))

  /** Where the browser comes back, from an authorisation that nobody was asked for. */
  function authorize(address: string, next: Lie): URL {
    const { searchParams } = new URL(address)
    lie = next
    nonce = searchParams.get('nonce') ?? ''
    const back = new URL(searchParams.get('redirect_uri') ?? '')
    back.search = String(new URLSearchParams({ code: 'x', state: searchParams.get('state') ?? '' }))
    return back
  }
  return { issuer, authorize, state }
}

export const seconds = () => Math.floor(Date.now() / 1000)

export const truthfulClaims = ({ issuer, nonce }: Truth): JWTPayload => ({
  ...{ iss: issuer, aud: client.id, sub: '1', nonce },
  ...{ iat: seconds(), exp: seconds() + 60 },
})
