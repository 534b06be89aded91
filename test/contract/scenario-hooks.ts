import { vi } from 'vitest'
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

async function tryHook({ octo, base, server, repository }: Scene, one: string) {
  await octo(`POST ${one}/pings`, 204)
  await octo(`POST ${one}/tests`, 204)
  await octo(`POST ${one}/test`, 204)
  await octo(`POST ${base}/hooks/999999/pings`, 404)
  const hook = { owner: 'octo', repo: repository.name, hook_id: Number(one.split('/').at(-1)) }
  const octokit = await server.octokit('octo', ['repo'])
  const id = await vi.waitFor(async () => {
    const { data } = await octokit.repos.listWebhookDeliveries(hook)
    if (!data[1]) throw new Error('Not yet delivered')
    return data[1].id
  }, 10_000)
  await octo(`GET ${one}/deliveries?per_page=1`, 200)
  await octo(`GET ${one}/deliveries?status=failure`, 200)
  await octo(`GET ${one}/deliveries?status=maybe`, 422)
  await octo(`GET ${one}/deliveries?cursor=x`, 400)
  await octo(`GET ${one}/deliveries/${id}`, 200)
  await octo(`POST ${one}/deliveries/${id}/attempts`, 202)
  await octo(`POST ${one}/deliveries/999999/attempts`, 404)
}
