import { joinNames } from '../http/name-path.ts'
import type { Urls } from '../lib/urls.ts'

export const apiPrefix = '/api/v3'
/** What GitHub's API does not have lies here, and nowhere else. */
export const ownPrefix = '/api/slipway/v1'

/** First segments that belong to the API even without its prefix. No account may have these names. */
const bareSegments = new Set([
  'app',
  'app-manifests',
  'applications',
  'installation',
  'meta',
  'octocat',
  'organizations',
  'orgs',
  'rate_limit',
  'repos',
  'repositories',
  'user',
  'users',
  'versions',
  'zen',
])

/**
 * The path to route by. The API answers under `/api/v3` (GraphQL at `/api/graphql`,
 * contract 8.1), at the root of a host named `api.…`, and (for clients that were given
 * the bare address) at the root itself: for paths that can only be meant for it, and where there
 * are pages as well for who accepts its media types. The name of an environment becomes one segment.
 */
export function routedUrl(url: string, host: string, accept = ''): string {
  if (isPrefixed(url)) return joinNames(url)
  const graphql = url.match(/^(?:\/api)?(\/graphql(?:\?.*)?)$/)?.[1]
  if (graphql) return apiPrefix + graphql
  if (isPage(url) && !isApiHost(host)) return url
  if (isShared(url) && isProgram(accept)) return apiPrefix + url
  const segment = url.split(/[/?]/, 2)[1] ?? ''
  return isApiHost(host) || bareSegments.has(segment) ? apiPrefix + joinNames(url) : url
}

/**
 * The addresses of an answer: clients follow them and expect them to begin as
 * the address they were given does (contract 14). A configured public address
 * wins over what the request says of itself.
 */
export function urlsFor(
  request: { url: string; host: string },
  urls: Urls,
  isFixed: boolean,
): Urls {
  const isBelieved = !isFixed && hostPattern.test(request.host)
  const web = isBelieved ? `http://${request.host}` : urls.web
  const { ssh } = urls
  if (isPrefixed(request.url)) return oneOf({ api: `${web}${apiPrefix}`, web, ssh })
  if (!isApiHost(request.host)) return oneOf({ api: web, web, ssh })
  if (isBelieved) return oneOf({ api: web, web: web.replace('://api.', '://'), ssh })
  // Of all that begins with `api.`, only the public address's own is where this server can be found.
  const own = web.replace('://', '://api.')
  const isOwn = own.endsWith(`//${request.host.toLowerCase()}`)
  return oneOf({ api: isOwn ? own : `${web}${apiPrefix}`, web, ssh })
}

/** The addresses that pages show: the API's is the one that every document names, with its prefix. */
export const pageUrlsFor = (host: string, urls: Urls, isFixed: boolean): Urls =>
  urlsFor({ url: apiPrefix, host }, urls, isFixed)

/** Hosts are what clients say they are, so there may be any number. */
const urlsMax = 100
const given = new Map<string, Urls>()

/** The same object for the same addresses: what is kept of answers (`http/kept.ts`) is told apart by it. */
function oneOf(urls: Urls): Urls {
  const key = `${urls.api} ${urls.web} ${urls.ssh}`
  const known = given.get(key)
  if (known) return known
  if (given.size >= urlsMax) given.clear()
  given.set(key, urls)
  return urls
}

const hostPattern = /^[\w.-]+(:\d{1,5})?$|^\[[\da-f:]+\](:\d{1,5})?$/i
const isPrefixed = (url: string) => /^\/api\/(v3|slipway\/v1)(\/|\?|$)/.test(url)
/** Clients send people to the first to register an App, and the API has nothing below any of them. */
const isPage = (url: string) =>
  /^\/(organizations\/[^/?]+\/(settings|people|teams)|orgs\/[^/?]+\/deployments)(?=[/?]|$)/.test(
    url,
  )
/** The root, and what an App is: a page to people. */
const isShared = (url: string) => /^\/(apps\/[^/?]+)?(\?|$)/.test(url)
const isProgram = (accept: string) =>
  /application\/(json|vnd\.github)/i.test(accept) && !accept.includes('text/html')
const isApiHost = (host: string) => host.toLowerCase().startsWith('api.')
