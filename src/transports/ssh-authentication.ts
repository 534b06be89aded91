import type { AuthContext, PublicKeyAuthContext } from 'ssh2'
import type { App } from '../app.ts'
import { findDeployKeyByBlob, noteKeyUse } from '../deploy-keys/deploy-keys.ts'
import type { DeployKeyRow } from '../tables/repositories.ts'
import { isSignedBy } from './signature.ts'

export type Verdict =
  /** Nothing was tried: the client only asks which methods there are. */
  | { readonly kind: 'asked' }
  | { readonly kind: 'refused' }
  /** We know the key; the client has yet to prove that it holds it. */
  | { readonly kind: 'known' }
  | { readonly kind: 'proved'; readonly key: DeployKeyRow }

/** Answers one request for authentication (RFC 4252): user `git`, a deploy key, and nothing else. */
export async function authenticate(
  app: Pick<App, 'store' | 'now' | 'log'>,
  request: AuthContext,
  address: string,
): Promise<Verdict> {
  const verdict = await judge(app, request)
  switch (verdict.kind) {
    case 'asked':
    case 'refused':
      request.reject(['publickey'])
      break
    case 'known':
      request.accept()
      break
    case 'proved':
      await noteKeyUse(app, verdict.key, address)
      request.accept()
  }
  return verdict
}

async function judge(app: Pick<App, 'store' | 'log'>, request: AuthContext): Promise<Verdict> {
  if (request.method === 'none') return { kind: 'asked' }
  if (request.method !== 'publickey' || request.username !== 'git') return { kind: 'refused' }
  const key = await findKey(app, request)
  if (!key) return { kind: 'refused' }
  const { blob, signature, hashAlgo } = request
  if (!blob || !signature) return { kind: 'known' }
  return isSignedBy(key.key, { blob, signature, hashAlgo })
    ? { kind: 'proved', key }
    : { kind: 'refused' }
}

async function findKey(
  app: Pick<App, 'store' | 'log'>,
  { key: shown, hashAlgo }: PublicKeyAuthContext,
): Promise<DeployKeyRow | undefined> {
  // Without a hash in its name the algorithm is RSA with SHA-1 (RFC 8332).
  if (shown.algo === 'ssh-rsa' && !hashAlgo) return undefined
  try {
    const key = await findDeployKeyByBlob(app.store.read, shown.data)
    // The blob says its type once more; an algorithm for another type must not decide how we verify.
    return key?.key.startsWith(`${shown.algo} `) ? key : undefined
  } catch (error) {
    app.log.error({ err: error }, 'ssh.authentication_failed')
    return undefined
  }
}
