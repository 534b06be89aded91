import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Problem } from '../../lib/problem.ts'
import { Secret } from '../../lib/secret.ts'

export type AppGiven = { readonly id: number; readonly file: string }

/** GitHub takes no more than ten minutes, from a minute ago for clocks that go wrong (contract 7.8). */
const lifetimeSeconds = 540
const agoSeconds = 60

/** By what the App speaks for itself. Throws `bad_request` where the file has no key of an App. */
export async function signFor({ id, file }: AppGiven): Promise<Secret> {
  // Every command is there when the program starts, a server's too, which need not know how Apps sign.
  const { SignJWT } = await import('jose')
  const key = await readKey(file)
  const now = Math.floor(Date.now() / 1000)
  const token = new SignJWT({})
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuer(String(id))
    .setIssuedAt(now - agoSeconds)
    .setExpirationTime(now + lifetimeSeconds)
  return new Secret(await token.sign(key))
}

async function readKey(file: string): Promise<KeyObject> {
  try {
    return createPrivateKey(await readFile(file))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Problem('bad_request', `${file} has no private key of an App: ${reason}`)
  }
}
