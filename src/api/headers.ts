import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { enterpriseVersion } from '../app.ts'
import type { Actor, UserActor } from '../auth/model.ts'
import type { Route } from '../auth/route.ts'
import { toSecond } from '../lib/time.ts'
import { onceFor } from '../recent/once-for.ts'
import { mediaTypeOf, selectedVersion } from './decide-request.ts'

/** By their names in lower case. */
export type Headers = Record<string, string>

/** On every answer of the API (contract 8.5). */
const standardHeaders: Readonly<Headers> = {
  server: 'Slipway',
  'x-github-enterprise-version': enterpriseVersion,
  vary: 'Accept, Authorization, Cookie, X-GitHub-OTP, Accept-Encoding, Accept, X-Requested-With',
  'access-control-allow-origin': '*',
  'access-control-expose-headers':
    'ETag, Link, Location, Retry-After, X-GitHub-OTP, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Used, X-RateLimit-Resource, X-RateLimit-Reset, X-OAuth-Scopes, X-Accepted-OAuth-Scopes, X-Poll-Interval, X-GitHub-Media-Type, X-GitHub-SSO, X-GitHub-Request-Id, Deprecation, Sunset',
  'strict-transport-security': 'max-age=31536000; includeSubdomains; preload',
  'x-frame-options': 'deny',
  'x-content-type-options': 'nosniff',
  'x-xss-protection': '0',
  'referrer-policy': 'origin-when-cross-origin, strict-origin-when-cross-origin',
  'content-security-policy': "default-src 'none'",
}

export const preflightHeaders: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, PATCH, PUT, DELETE',
  'access-control-allow-headers':
    'Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Match, If-Unmodified-Since, X-GitHub-OTP, X-Requested-With, X-GitHub-Api-Version, User-Agent, Accept',
  'access-control-max-age': '86400',
}

/** What an answer begins with, whatever it will be. */
export function openingHeaders(asked: IncomingHttpHeaders): Headers {
  const headers: Headers = {
    ...standardHeaders,
    'x-github-request-id': randomUUID().toUpperCase().replaceAll('-', ':'),
    'x-github-media-type': mediaTypeOf(asked.accept),
  }
  const version = selectedVersion(asked['x-github-api-version']?.toString())
  if (version) headers['x-github-api-version-selected'] = version
  return headers
}

/** What a token may do and what the operation takes: in scopes, or in permissions (contract 7.2, 7.3). */
export function describeActor(actor: Actor, route: Route, headers: Headers): void {
  const isKnown = actor.kind !== 'anonymous' || route.isForClients === true
  headers['cache-control'] = `${isKnown ? 'private' : 'public'}, max-age=60, s-maxage=60`
  if (actor.kind === 'app' || (actor.kind === 'user' && actor.limits)) {
    delete headers['x-accepted-oauth-scopes']
    if (route.permissions) headers['x-accepted-github-permissions'] = route.permissions
  }
  if (actor.kind !== 'user') return
  if (!actor.limits) headers['x-oauth-scopes'] = scopesHeader(actor).text
  if (actor.expires_at !== null) {
    headers['github-authentication-token-expiration'] = expiryHeader(actor.expires_at)
  }
}

const scopesHeader = onceFor(({ granted }: UserActor) => ({ text: granted.join(', ') }))

/** `2023-04-07 23:24:34 UTC`. */
const expiryHeader = (iso: string): string => toSecond(iso).replace('T', ' ').replace('Z', ' UTC')
