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

/** Of the token that asked; undefined without one. */
export type Granted = readonly string[] | 'permissions' | undefined

/** What an answer's headers lack. */
export function headerFaultsOf(route: Route, answer: Answer, granted: Granted): string[] {
  const expected = { ...always, ...ofCaller(route, granted), ...ofContent(route, answer) }
  return Object.entries(expected).flatMap(([name, pattern]) => {
    const value = answer.headers[name]
    if (pattern === null) return value === undefined ? [] : [`${name}: ${value} is too much`]
    return typeof value === 'string' && pattern.test(value) ? [] : [`${name}: ${value}`]
  })
}

type Expected = Record<string, RegExp | null>

function ofCaller(route: Route, granted: Granted): Expected {
  const hasScopes = granted !== 'permissions'
  const accepted = route.permissions ? exactly(route.permissions) : null
  return {
    'x-accepted-oauth-scopes': hasScopes ? exactly(route.accepted) : null,
    'x-accepted-github-permissions': hasScopes ? null : accepted,
    'x-oauth-scopes': hasScopes && granted ? exactly(granted.toSorted().join(', ')) : null,
    'cache-control':
      granted || route.isForClients
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
    ...(status === 201 && {
      location: json.url === undefined || hasNoAddress.test(path) ? null : exactly(json.url),
    }),
    ...(status < 300 && isDated.test(`${method} ${path}`) && { 'last-modified': / GMT$/ }),
  }
}

/** GitHub Enterprise Server still gives an authorization a `url`, and nothing answers there. */
const hasNoAddress = /\/authorizations$/

/** Single things that change. */
const isDated =
  /^GET (\/repos\/:owner\/:repo|\/repositories\/:repository_id)(\/deployments\/:deployment_id(\/statuses\/:status_id)?)?$/

const exactly = (text: string) => new RegExp(`^${text.replace(/[.*+?^$()|[\]\\]/g, '\\$&')}$`)

/** What somebody gave, or would be given: none of it is ours to get right. */
const isGiven =
  /^(config|payload|request|target_url|log_url|environment_url|homepage|details_url|external_url)$/

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
