import { describe, expect, it } from 'vitest'
import { eventually } from '../deliveries/world.ts'
import { engines } from '../support/engines.ts'
import { startServer } from '../support/server.ts'
import { findFreePort, metricsToken, openPlace } from './place.ts'
import { type Sample, scrape } from './scrape.ts'

const readingOf = (samples: readonly Sample[], name: string, labels: Sample['labels'] = {}) =>
  samples.find(
    (sample) =>
      sample.name === name &&
      Object.entries(labels).every(([key, text]) => sample.labels[key] === text),
  )?.value

describe.each(engines)('metrics on %s', (engine) => {
  it('count requests, events, attempts, commits and git, and read the backlog', async () => {
    const { server, receiver, octokit, deploy, clone, metricsUrl } = await openPlace({ engine })
    await deploy()
    await clone()
    await octokit.repos.get({ owner: 'octo', repo: 'gone' }).catch(() => undefined)
    await fetch(`${server.url}/no/such/page/anywhere`)
    // The ping and the deployment.
    const samples = await eventually(
      () => scrape(metricsUrl, metricsToken),
      (found) =>
        receiver.received.length === 2 &&
        readingOf(found, 'webhook_attempts_total', { class: '2xx' }) === 2 &&
        readingOf(found, 'webhook_pending', { lane: 'live' }) === 0 &&
        readingOf(found, 'webhook_oldest_pending_age_seconds') === 0,
    )
    const value = (name: string, labels?: Sample['labels']) => readingOf(samples, name, labels)
    const created = { method: 'POST', route: '/api/v3/repos/:owner/:repo/deployments' }
    expect(value('slipway_http_requests_total', { ...created, status: '201' })).toBe(1)
    const missed = { method: 'GET', route: '/api/v3/repos/:owner/:repo', status: '404' }
    expect(value('slipway_http_requests_total', missed)).toBe(1)
    expect(value('slipway_http_requests_total', { route: 'unmatched', status: '404' })).toBe(1)
    expect(value('slipway_events_total', { event: 'deployment' })).toBe(1)
    expect(value('webhook_first_attempt_lag_seconds_count')).toBe(2)
    expect(value('webhook_attempt_duration_seconds_count')).toBe(2)
    expect(value('webhook_commit_seconds_count')).toBeGreaterThan(2)
    const fetched = { transport: 'http', service: 'git-upload-pack', outcome: 'done' }
    expect(value('slipway_git_operations_total', fetched)).toBeGreaterThan(0)
    expect(value('slipway_build_info', { db: engine })).toBe(1)
    expect(value('slipway_leases_held')).toBe(engine === 'sqlite' ? undefined : 1)
  })
})

describe('who may look at the metrics', () => {
  it('is nobody, unless the operator says so', async () => {
    const { url } = await startServer()
    expect((await fetch(`${url}/metrics`)).status).toBe(404)
  })

  it('is who has the token, on the main port', async () => {
    const { url } = await startServer({ settings: { metrics_token: metricsToken } })
    expect((await fetch(`${url}/metrics`)).status).toBe(401)
    await expect(scrape(`${url}/metrics`, `${metricsToken}r`)).rejects.toThrow('answers 401')
    expect((await scrape(`${url}/metrics`, metricsToken)).length).toBeGreaterThan(10)
  })

  it('is who reaches a port of their own, which does not open the main one', async () => {
    const port = await findFreePort()
    const { url } = await startServer({ settings: { metrics_port: String(port) } })
    const own = `http://127.0.0.1:${port}`
    expect((await scrape(`${own}/metrics`)).length).toBeGreaterThan(10)
    expect((await fetch(`${own}/api/v3`)).status).toBe(404)
    expect((await fetch(`${url}/metrics`)).status).toBe(404)
  })

  it('is who has the token there as well, when there is one', async () => {
    const port = await findFreePort()
    const settings = { metrics_port: String(port), metrics_token: metricsToken }
    await startServer({ settings })
    expect((await fetch(`http://127.0.0.1:${port}/metrics`)).status).toBe(401)
  })
})
