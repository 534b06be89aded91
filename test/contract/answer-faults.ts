import type { Route } from '../../src/auth/route.ts'
import type { Answer } from './recorder.ts'

/** On every answer, whatever it says (contract 8.5). */
const always: Readonly<Record<string, RegExp>> = {
  'x-github-request-id': /^([\dA-F]+:){4}[\dA-F]+$/,
  'x-github-media-type': /^github\.[\w.-]+; format=json/,
  'x-content-type-options': /^nosniff$/,
  'x-frame-options': /^deny$/,
  'x-xss-protection': /^0$/,
  'referrer-policy': /^origin-when-cross-origin, strict-origin-when-cross-origin$/,
  'content-security-policy': /^default-src 'none'$/,
  'strict-transport-security': /^max-age=31536000; includeSubdomains; preload$/,
  'access-control-allow-origin': /^\*$/,
  'access-control-expose-headers': /ETag, Link, Location/,
  vary: /Authorization/,
}

/** Of the token that asked: `none` where it has permissions instead, undefined without a token. */
export type Scopes = readonly string[] | 'none' | undefined

/** What an answer's headers lack. */
export function headerFaultsOf(route: Route, answer: Answer, scopes: Scopes): string[] {
  const expected = { ...always, ...ofCaller(route, scopes), ...ofContent(route, answer) }
  return Object.entries(expected).flatMap(([name, pattern]) => {
    const value = answer.headers[name]
    if (pattern === null) return value === undefined ? [] : [`${name}: ${value} is too much`]
    return typeof value === 'string' && pattern.test(value) ? [] : [`${name}: ${value}`]
  })
}

type Expected = Record<string, RegExp | null>

function ofCaller(route: Route, scopes: Scopes): Expected {
  if (scopes === 'none') {
    return {
      'x-accepted-oauth-scopes': null,
      'x-oauth-scopes': null,
      'x-accepted-github-permissions': route.permissions ? exactly(route.permissions) : null,
      'cache-control': /^private, max-age=60, s-maxage=60$/,
    }
  }
  return {
    'x-accepted-oauth-scopes': exactly(route.accepted),
    'x-oauth-scopes': scopes ? exactly(scopes.toSorted().join(', ')) : null,
    'cache-control': scopes
      ? /^private, max-age=60, s-maxage=60$/
      : /^public, max-age=60, s-maxage=60$/,
  }
}

function ofContent({ method, path }: Route, { status, text, json }: Answer): Expected {
  if (status === 204) return { 'content-type': null }
  const isJson = text === '' || Object.keys(json).length > 0 || text === '[]' || text === '{}'
  return {
    ...(isJson && text !== '' && { 'content-type': /^application\/json; charset=utf-8$/ }),
    ...(isJson && method === 'GET' && status === 200 && { etag: /^W\/"[\da-f]{64}"$/ }),
    ...(status === 201 && { etag: /^"[\da-f]{64}"$/ }),
    // What GitHub says nothing of but `{}` has no address either (contract 14).
    ...(status === 201 && { location: json.url === undefined ? null : exactly(json.url) }),
    ...(status < 300 && isDated.test(`${method} ${path}`) && { 'last-modified': / GMT$/ }),
  }
}

/** Single things that change. */
const isDated =
  /^GET (\/repos\/:owner\/:repo|\/repositories\/:repository_id)(\/deployments\/:deployment_id(\/statuses\/:status_id)?)?$/

const exactly = (text: string) => new RegExp(`^${text.replace(/[.*+?^$()|[\]\\]/g, '\\$&')}$`)

/** What somebody gave, or would be given: none of it is ours to get right. */
const isGiven = /^(config|payload|request|target_url|log_url|environment_url|homepage)$/

/**
 * What is wrong with times and addresses, wherever they are: clients follow
 * every `url`, and expect it to begin as the address that they were given
 * (contract 8.3 and 14).
 */
export function valueFaultsOf(json: object, apiUrl: string, above = ''): string[] {
  return Object.entries(json).flatMap(([name, value]) => {
    if (isGiven.test(name) || value === null) return []
    if (typeof value === 'object') return valueFaultsOf(value, apiUrl, `${above}${name}.`)
    return isRight(name, String(value), apiUrl) ? [] : [`${above}${name}: ${value}`]
  })
}

function isRight(name: string, value: string, apiUrl: string): boolean {
  if (name.endsWith('_at')) return /^\d{4}(-\d\d){2}T(\d\d:){2}\d\dZ$/.test(value)
  if (name === 'url') {
    const rest = value.startsWith(apiUrl) ? value.slice(apiUrl.length) : 'elsewhere'
    return rest === '' || (rest.startsWith('/') && !rest.startsWith('/api/v3'))
  }
  // Those of git have schemes of their own.
  const isOurs = name.endsWith('_url') && !/^(git|ssh|svn|documentation)_url$/.test(name)
  return !isOurs || value === '' || value.startsWith(`${new URL(apiUrl).origin}/`)
}
