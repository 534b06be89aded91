import { expect, it } from 'vitest'
import { sweepLifetimes } from '../../src/lifetimes/sweep.ts'
import { type EngineName, engines } from '../support/engines.ts'
import { startServer } from '../support/server.ts'

const shop = { owner: 'octo', repo: 'shop' }

async function openShop(engine: EngineName) {
  const server = await startServer({ engine })
  await server.user('octo')
  const repository = await server.repository('octo', 'shop')
  await server.commit(repository, { files: { 'a.txt': 'a' } })
  const octokit = await server.octokit('octo')
  const token = await server.token('octo', ['repo'])

  async function deploy(environment: string, state?: 'success' | 'failure', more: object = {}) {
    const asked = { ...shop, ref: 'main', environment, auto_merge: false, required_contexts: [] }
    const { data } = await octokit.repos.createDeployment({ ...asked, ...more })
    if (!('id' in data)) throw new Error('It was merged')
    const said = { ...shop, deployment_id: data.id, auto_inactive: false }
    if (state) await octokit.repos.createDeploymentStatus({ ...said, state })
    return data.id
  }

  async function own(method: string, path: string, body?: object) {
    const headers = { authorization: `Bearer ${token}`, 'user-agent': 'test' }
    const sent = { method, headers, ...(body && { body: JSON.stringify(body) }) }
    const answer = await fetch(`${server.url}/api/slipway/v1/repos/octo/shop${path}`, sent)
    return { status: answer.status, body: answer.status === 204 ? null : await answer.json() }
  }

  async function left(environment: string): Promise<number[]> {
    const { data } = await octokit.repos.listDeployments({ ...shop, environment })
    return data.map(({ id }) => id).toSorted((a, b) => a - b)
  }

  async function sweepIn(days: number) {
    const later = Date.now() + days * 86_400_000
    await sweepLifetimes(
      { ...server.app, now: () => new Date(later) },
      new AbortController().signal,
    )
  }
  return { octokit, deploy, own, left, sweepIn }
}

it.each(engines)(
  'deployments go when they are neither new nor young, and never what is live: %s',
  async (engine) => {
    const { octokit, deploy, own, left, sweepIn } = await openShop(engine)
    await deploy('production', 'failure')
    await deploy('production', 'success')
    const east = await deploy('production', 'success', { payload: { target: 'east' } })
    const live = await deploy('production', 'success')
    const open = await deploy('production')
    const newest = await deploy('production', 'failure')
    const preview = await deploy('pr-1', 'success', { transient_environment: true })
    const limits = { keep: 2, days: 7, transient_hours: 48 }
    expect((await own('PUT', '/retention', limits)).status).toBe(200)
    expect(
      (await own('PUT', '/environments/pr-1/retention', { transient_hours: 24 })).body,
    ).toEqual({
      ...{ keep: null, days: null, transient_hours: 24 },
    })
    await sweepIn(6)
    expect(await left('production')).toHaveLength(6)
    await sweepIn(8)
    expect(await left('production')).toEqual([east, live, open, newest])
    const { data } = await octokit.repos.listDeploymentStatuses({ ...shop, deployment_id: preview })
    expect(data.map(({ state }) => state)).toEqual(['inactive', 'success'])

    const all = { environment: 'production', state: 'failure' }
    expect((await own('POST', '/deployments/delete', all)).body).toEqual({
      ...{ dry_run: true, count: 1, deployments: [newest], has_more: false },
    })
    const done = await own('POST', '/deployments/delete', { ...all, dry_run: false })
    expect(done.body).toMatchObject({ dry_run: false, count: 1 })
    expect(await left('production')).toEqual([east, live, open])
    const log = await own('GET', '/audit?phrase=action:deployment.bulk_delete')
    expect(log.body).toMatchObject([{ before: { ids: [newest] }, after: { filter: all } }])
  },
)

it.each(engines)(
  'an environment takes its deployments, limits and filters to a new name: %s',
  async (engine) => {
    const { octokit, deploy, own, left } = await openShop(engine)
    const id = await deploy('qa', 'success')
    await deploy('live')
    const config = { url: 'https://example.com/hook' }
    const { data: hook } = await octokit.repos.createWebhook({ ...shop, config })
    await own('PATCH', `/hooks/${hook.id}/filter`, { environments: ['qa', 'live'] })
    await own('PUT', '/environments/qa/retention', { keep: 3 })
    expect((await own('POST', '/environments/qa/rename', { name: 'Live' })).status).toBe(422)
    const { body } = await own('POST', '/environments/QA/rename', { name: 'quality' })
    expect(body).toMatchObject({ name: 'quality' })
    expect(await left('quality')).toEqual([id])
    const { data } = await octokit.repos.listDeploymentStatuses({ ...shop, deployment_id: id })
    expect(data.map(({ environment }) => environment)).toEqual(['quality'])
    expect((await own('GET', '/environments/quality/retention')).body).toMatchObject({ keep: 3 })
    expect((await own('GET', '/environments/qa/retention')).status).toBe(404)
    const { body: filter } = await own('GET', `/hooks/${hook.id}/filter`)
    expect(filter).toMatchObject({ environments: ['quality', 'live'] })
    await deploy('qa')
    expect(await left('quality')).toEqual([id])
  },
)
