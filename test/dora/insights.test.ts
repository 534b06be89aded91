import { request } from 'undici'
import { describe, expect, it } from 'vitest'
import { openShop } from '../current/shop.ts'
import { openChromium } from '../support/chromium.ts'
import { engines } from '../support/engines.ts'

const path = '/repos/octo/shop/insights'

describe.each(engines)('insights, on %s', (engine) => {
  it('tell of an environment by its successes and the commits between them', async () => {
    const { ask, live, deploy, say, commit } = await openShop(engine)
    expect((await ask(`GET ${path}`)).body).toMatchObject({
      environment: 'production',
      metrics: { change_lead_time: { n: 0, coverage: null, median_seconds: null } },
    })
    const a = await commit('a')
    const first = await live({ ref: a })
    await commit('b')
    const c = await commit('c')
    const second = await live({ ref: c })
    const back = await live({ ref: a })
    await live({ ref: 'main', task: 'deploy:unlock' })
    await say(await deploy({ ref: 'main' }), 'failure')
    await say(await deploy({ ref: 'main' }), 'inactive')
    const { body } = await ask(`GET ${path}?environment=Staging`)
    expect(body.metrics).toMatchObject({
      // Of the first nobody knows what it brought.
      change_lead_time: { n: 2, coverage: 0.6667 },
      deployment_frequency: { n: 3, coverage: 1 },
      failed_deployment_recovery_time: { n: 1, coverage: 1 },
      change_fail_rate: { n: 3, count: 1, rate: 0.3333, coverage: 1 },
      deployment_rework_rate: { n: 3, count: 1, rate: 0.3333 },
    })
    expect(body.pipeline_failures).toEqual({ n: 4, coverage: 1, count: 1, rate: 0.25 })
    expect(body.series.at(-1)).toMatchObject({ deployments: 3, failures: 1, rework: 1, commits: 2 })

    const failed = await ask(`GET ${path}/change_fail_rate/deployments`)
    expect(failed.body).toMatchObject({
      total_count: 1,
      deployments: [{ id: second, sha: c, new_commits: 2, is_failure: true, remedied_by: back }],
    })
    const page = await ask(`GET ${path}/deployment_frequency/deployments?per_page=2&page=2`)
    expect(page.body.deployments.map(({ id }: { id: number }) => id)).toEqual([first])
    expect((await ask(`GET ${path}/mttr/deployments`)).status).toBe(404)
    expect((await ask(`GET ${path}?since=soon`)).status).toBe(422)
    expect((await ask(`GET ${path}`, { who: 'mona' })).status).toBe(404)
  })
})

it('are there as CSV, and as a page that everybody can read', { timeout: 60_000 }, async () => {
  const { server, repository, live, commit } = await openShop()
  const { page, signIn, complaints } = await openChromium({ javaScript: false })
  await signIn(server, 'octo')
  const web = `${server.url}/octo/shop/insights`
  await page.goto(web)
  expect(await page.innerText('main')).toContain('Nothing has been deployed yet')

  const hostile = { ref: 'main', environment: '<script>alert(1)</script>\u202e"&' }
  await commit('a')
  await live(hostile)
  await server.commit(repository, { files: { x: 'x' }, branch: '=cmd' })
  await live({ ...hostile, ref: '=cmd', task: 'hotfix' })
  await page.goto(web)
  expect(await page.inputValue('select[name=environment]')).toBe(hostile.environment)
  expect(await page.locator('svg.plot').count()).toBe(5)
  expect(await page.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false)
  await page.click('text=1 deployment behind Change fail rate')
  expect(await page.innerText('main')).toContain('put right by #2 after')
  const csv = await page.request.get(`${page.url()}&format=csv`)
  expect(csv.headers()['content-type']).toBe('text/csv; charset=utf-8')
  expect((await csv.text()).split('\r\n')).toHaveLength(3)
  expect(complaints).toEqual([])

  const token = await server.token('octo', ['repo_deployment'])
  const headers = { authorization: `Bearer ${token}`, 'user-agent': 'test', accept: 'text/csv' }
  const own = `${server.url}/api/slipway/v1${path}`
  const rows = await (
    await request(`${own}/deployment_frequency/deployments`, { headers })
  ).body.text()
  expect(rows).toContain(",'=cmd,hotfix,")
  const summary = await (await request(`${own}?format=csv`, { headers })).body.text()
  expect(summary).toContain('change_fail_rate,rate,0.5,2,1\r\n')
})
