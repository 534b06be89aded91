import { expect, it } from 'vitest'
import { pageUrlsFor, routedUrl, urlsFor } from './address.ts'

const urls = {
  api: 'https://slipway.example.com/api/v3',
  web: 'https://slipway.example.com',
  ssh: 'ssh://git@slipway.example.com:2222',
}

it('routes the prefixed, the bare and the api host to one place', () => {
  for (const [url, host] of [
    ['/api/v3/repos/o/r?x=1', 'slipway.example.com'],
    ['/repos/o/r?x=1', 'slipway.example.com'],
    ['/repos/o/r?x=1', 'api.slipway.example.com'],
  ] as const) {
    expect(routedUrl(url, host)).toBe('/api/v3/repos/o/r?x=1')
  }
  expect(routedUrl('/api/graphql', 'slipway.example.com')).toBe('/api/v3/graphql')
  expect(routedUrl('/graphql', 'api.slipway.example.com')).toBe('/api/v3/graphql')
  const own = '/api/slipway/v1/repos/o/r/events'
  expect(routedUrl(own, 'api.slipway.example.com')).toBe(own)
  expect(routedUrl('/', 'api.slipway.example.com')).toBe('/api/v3/')
})

it('leaves pages and git alone', () => {
  const register = '/organizations/acme/settings/apps/new?state=1'
  const git = '/octo/hello.git/info/refs'
  const organization = '/orgs/acme/deployments?filter=x'
  const people = '/organizations/acme/people'
  const pages = ['/', '/octo/hello/deployments', '/login/oauth', register, organization, people]
  for (const url of [...pages, git]) {
    expect(routedUrl(url, 'slipway.example.com')).toBe(url)
  }
})

it('answers with addresses that begin as the request did', () => {
  const at = (url: string, host: string) => urlsFor({ url, host }, urls, false).api
  expect(at('/api/v3/user', 'localhost:3000')).toBe('http://localhost:3000/api/v3')
  expect(at('/api/slipway/v1/repos/o/r', 'localhost')).toBe('http://localhost/api/v3')
  expect(at('/user', '127.0.0.1:3000')).toBe('http://127.0.0.1:3000')
  expect(at('/user', 'api.localhost:3000')).toBe('http://api.localhost:3000')
})

it('prefers the configured address, and never repeats a host that is none', () => {
  expect(urlsFor({ url: '/api/v3/user', host: 'elsewhere' }, urls, true).api).toBe(urls.api)
  expect(urlsFor({ url: '/api/v3/user', host: 'a b"<x>' }, urls, false).api).toBe(urls.api)
})

it('never gives out the host of a request once a public address is configured, not even api.…', () => {
  const at = (host: string) => urlsFor({ url: '/user', host }, urls, true).api
  expect(at('api.slipway.example.com')).toBe('https://api.slipway.example.com')
  expect(at('API.Slipway.example.com')).toBe('https://api.slipway.example.com')
  for (const host of ['api.elsewhere', 'api.a"<x>']) expect(at(host)).toBe(urls.api)
  expect(urlsFor({ url: '/user', host: 'api.a"<x>' }, urls, false).api).toBe(urls.api)
})

it('shows pages the address of the API that documents name, with its prefix', () => {
  expect(pageUrlsFor('localhost:3000', urls, false).api).toBe('http://localhost:3000/api/v3')
  expect(pageUrlsFor('elsewhere', urls, true)).toEqual(urls)
})

it('takes GraphQL and manifests at the bare root too, where there are no pages', () => {
  for (const url of ['/graphql', '/app-manifests/code/conversions']) {
    expect(routedUrl(url, 'slipway.example.com')).toBe(`/api/v3${url}`)
  }
})

it('tells a program from a browser at the bare root and at an App, by what it accepts', () => {
  const at = (url: string, accept: string) => routedUrl(url, 'slipway.example.com', accept)
  for (const url of ['/', '/?x=1', '/apps/robot']) {
    for (const accept of ['application/vnd.github.v3+json', 'application/json']) {
      expect(at(url, accept)).toBe(`/api/v3${url}`)
    }
    for (const accept of ['', '*/*', 'text/html,application/json']) {
      expect(at(url, accept)).toBe(url)
    }
  }
  expect(at('/octo/hello', 'application/json')).toBe('/octo/hello')
})

it('makes one segment of the name of an environment', () => {
  const url = '/repos/o/r/environments/qa/eu/deployment-branch-policies?page=2'
  const routed = '/api/v3/repos/o/r/environments/qa%2Feu/deployment-branch-policies?page=2'
  expect(routedUrl(url, 'slipway.example.com')).toBe(routed)
  expect(routedUrl(`/api/v3${url}`, 'slipway.example.com')).toBe(routed)
})
