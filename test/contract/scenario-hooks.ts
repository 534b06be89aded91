import { expect, vi } from 'vitest'
import { query } from '../../src/store/query.ts'
import type { Ask } from './recorder.ts'
import type { Scene } from './scenes.ts'

export async function keepHooks(scene: Scene) {
  const { octo, nobody, mona, base, receiver } = scene
  const all = `${base}/hooks`
  const config = { url: receiver.url, content_type: 'json', secret: 'hunter2' }
  const body = { name: 'web', config, events: ['deployment', 'push'] }
  const { json } = await octo(`POST ${all}`, 201, { body })
  const one = `${all}/${json.id}`
  await pinged(scene, Number(json.id))
  await octo(`POST ${all}`, 422, { body })
  await octo(`POST ${all}`, 422, { body: { config: { url: 'example.com' } } })
  await octo(`POST ${all}`, 422, { body: { config: { url: 'http://169.254.169.254/' } } })
  await octo(`POST ${all}`, 422, { body: { ...body, name: 'mail' } })
  await octo(`POST ${all}`, 422, { body: { ...body, colour: 'red' } })
  await octo(`GET ${all}`, 200)
  await octo(`GET ${one}`, 200)
  await octo(`GET ${all}/999999`, 404)
  await octo(`PATCH ${one}`, 200, { body: { add_events: ['status'] } })
  await octo(`POST ${one}`, 200, { body: { events: ['*'] } })
  await octo(`PATCH ${one}`, 422, { body: { active: 'no' } })
  await octo(`GET ${one}/config`, 200)
  await octo(`PATCH ${one}/config`, 200, { body: { insecure_ssl: '0' } })
  await octo(`PATCH ${one}/config`, 422, { body: { url: 'nowhere' } })
  await nobody(`GET ${all}`, 401)
  await mona(`GET ${one}`, 404)
  await tryHook(scene, one)
  await octo(`DELETE ${one}`, 204)
  await octo(`DELETE ${one}`, 404)
}

/** From here on the hook's last response stays as it is. */
async function pinged({ server, repository }: Scene, hook_id: number): Promise<void> {
  const octokit = await server.octokit('octo', ['repo'])
  await vi.waitFor(async () => {
    const hook = { owner: 'octo', repo: repository.name, hook_id }
    const { data } = await octokit.repos.getWebhook(hook)
    if (data.last_response.code !== 200) throw new Error('Not yet pinged')
  }, 10_000)
}

async function tryHook(scene: Scene, one: string) {
  const { octo, base } = scene
  await octo(`POST ${one}/pings`, 204)
  await octo(`POST ${one}/tests`, 204)
  await octo(`POST ${one}/test`, 204)
  await octo(`POST ${base}/hooks/999999/pings`, 404)
  await lookIntoDeliveries(scene, octo, one)
}

const pendingDeliveries = query((db, _: object) =>
  db.selectFrom('deliveries').select('id').where('state', '=', 'pending'),
)

/** Of one hook, wherever it is, once all there is has arrived. */
async function lookIntoDeliveries({ server }: Scene, ask: Ask, one: string) {
  const isDone = async () =>
    expect(await server.app.store.read.all(pendingDeliveries, {})).toEqual([])
  await vi.waitFor(isDone, { timeout: 20_000, interval: 50 })
  const { json } = await ask(`GET ${one}/deliveries`, 200)
  const [{ id } = { id: 0 }] = json as unknown as { id: number }[]
  await ask(`GET ${one}/deliveries?per_page=1`, 200)
  await ask(`GET ${one}/deliveries?status=failure`, 200)
  await ask(`GET ${one}/deliveries?status=maybe`, 422)
  await ask(`GET ${one}/deliveries?cursor=x`, 400)
  await ask(`GET ${one}/deliveries/${id}`, 200)
  await ask(`POST ${one}/deliveries/${id}/attempts`, 202)
  await ask(`POST ${one}/deliveries/999999/attempts`, 404)
}

/** The same at an organisation. */
export async function keepOrganizationHooks(scene: Scene) {
  const { octo, mona, nobody, receiver } = scene
  const all = '/orgs/acme/hooks'
  const config = { url: receiver.url, content_type: 'json', secret: 'hunter2' }
  const body = { name: 'web', config, events: ['deployment'] }
  const { json } = await octo(`POST ${all}`, 201, { body })
  const one = `${all}/${json.id}`
  await octo(`POST ${all}`, 422, { body })
  await octo(`POST ${all}`, 422, { body: { ...body, name: 'mail' } })
  await octo('POST /orgs/gone/hooks', 404, { body })
  await octo(`GET ${all}`, 200)
  await octo(`GET ${one}`, 200)
  await octo(`GET ${all}/999999`, 404)
  await octo(`PATCH ${one}`, 200, { body: { add_events: ['status'] } })
  await octo(`POST ${one}`, 200, { body: { events: ['*'] } })
  await octo(`PATCH ${one}`, 422, { body: { active: 'no' } })
  await octo(`GET ${one}/config`, 200)
  await octo(`PATCH ${one}/config`, 200, { body: { insecure_ssl: '0' } })
  await nobody(`GET ${all}`, 401)
  await mona(`GET ${one}`, 404)
  await octo(`POST ${one}/pings`, 204)
  await octo(`POST ${all}/999999/pings`, 404)
  await lookIntoDeliveries(scene, octo, one)
  await octo(`DELETE ${one}`, 204)
  await octo(`DELETE ${one}`, 404)
}

export async function keepAppHook(scene: Scene) {
  const { octo, nobody, signed } = scene
  await signed('GET /app/hook/config', 200)
  await signed('PATCH /app/hook/config', 200, { body: { insecure_ssl: '0' } })
  await signed('PATCH /app/hook/config', 422, { body: { url: 'nowhere' } })
  await octo('GET /app/hook/config', 401)
  await nobody('PATCH /app/hook/config', 401)
  await octo('GET /app/hook/deliveries', 401)
  await lookIntoDeliveries(scene, signed, '/app/hook')
}
