import { createPublicKey } from 'node:crypto'
import type { App } from '../app.ts'
import { Problem } from '../lib/problem.ts'
import type { AppRow } from '../tables/programs.ts'
import type { AppActor } from './model.ts'
import { appByClientId, appById, appKeysOf } from './queries.ts'

/** Ours have no dots (design 9), so three parts are a JWT. */
const jwtPattern = /^[\w-]+\.[\w-]+\.[\w-]+$/
const lifetimeSecondsMax = 600
/** Clocks differ; GitHub advises Apps to set `iat` 60 seconds back. */
const driftSeconds = 60

/** Of what others send: what cannot be a client id is not looked up. */
export const isClientId = (text: string): boolean => /^[\w.]{1,40}$/.test(text)

export const isAppToken = (text: string): boolean => text.includes('.') && jwtPattern.test(text)

/**
 * The GitHub App that signed this JWT (contract 7.8): RS256, `iss` its id or
 * client id, `exp` at most ten minutes ahead. Throws `unauthenticated`, naming
 * the claim that is wrong.
 */
export async function findAppActor(
  app: Pick<App, 'store' | 'now'>,
  token: string,
): Promise<AppActor> {
  const found = await findIssuer(app, token)
  const keys = await app.store.read.all(appKeysOf, { app_id: found.id })
  for (const { public_key } of keys) {
    const claims = await verified(token, public_key, app.now())
    if (!claims) continue
    const seconds = app.now().getTime() / 1000
    if ((claims.exp ?? 0) > seconds + lifetimeSecondsMax + driftSeconds) throw refused(tooFar)
    // By this sentence clients know that their clock is ahead, and sign again by ours.
    if ((claims.iat ?? 0) > seconds + driftSeconds) throw refused(early)
    return { kind: 'app', app: found }
  }
  throw refused(undecodable)
}

const undecodable = 'A JSON web token could not be decoded'
const tooFar = `'Expiration time' claim ('exp') is too far in the future`
const past = `'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires`
const early = `'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued`
const refused = (message: string) => new Problem('unauthenticated', message)

async function findIssuer({ store }: Pick<App, 'store'>, token: string): Promise<AppRow> {
  const issuer = issuerIn(token)
  const query = /^\d{1,15}$/.test(issuer) ? appById : appByClientId
  const value = query === appById ? Number(issuer) : issuer
  const found = isClientId(issuer) ? await store.read.first(query, { value }) : undefined
  if (!found) throw new Problem('not_found', 'Integration not found')
  return found
}

/** Not trusted yet: it only says whose keys to try. */
function issuerIn(token: string): string {
  try {
    const claims: unknown = JSON.parse(
      Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'),
    )
    const issuer = typeof claims === 'object' && claims !== null && 'iss' in claims && claims.iss
    // A list of one number reads like the number, and nothing else than these two is an id.
    if (typeof issuer === 'string' || Number.isSafeInteger(issuer)) return String(issuer)
  } catch {
    throw refused(undecodable)
  }
  throw refused(`'Issuer' claim ('iss') must be an Integer or the client id of the App`)
}

/** Undefined where another key signed it. */
async function verified(token: string, publicKey: string, currentDate: Date) {
  const { errors, jwtVerify } = await import('jose')
  const options = {
    algorithms: ['RS256'],
    clockTolerance: driftSeconds,
    currentDate,
    requiredClaims: ['exp', 'iat'],
  }
  try {
    return (await jwtVerify(token, createPublicKey(publicKey), options)).payload
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw refused(past)
    if (!(error instanceof errors.JWTClaimValidationFailed)) return undefined
    const { claim } = error
    throw refused(claim === 'iat' ? early : claim === 'exp' ? past : undecodable)
  }
}
