import { expect, it } from 'vitest'
import { engines } from '../support/engines.ts'
import { refusalOf } from '../support/refusal.ts'
import { startServer } from '../support/server.ts'

const at = { owner: 'octo', repo: 'hello' }
const key =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICPIWQFcWTvNqwcnJLG7PQqOVqzIr/f7oaSjfHU5ppSC laptop'

async function open(engine: (typeof engines)[number]) {
  const server = await startServer({ engine })
  await server.user('octo')
  const repository = await server.repository('octo', 'hello')
  const sha = await server.commit(repository, { files: { 'a.txt': 'one' } })
  return { octokit: await server.octokit('octo'), sha }
}

it.each(engines)('%s finds deployments by every combination of filters', async (engine) => {
  const { octokit, sha } = await open(engine)
  const wanted = { ref: 'main', task: 'migrate', environment: 'QA/1' }
  const others = [{ ref: sha }, { task: 'deploy' }, { environment: 'qa/1' }]
  const { data } = await octokit.repos.createDeployment({ ...at, ...wanted })
  for (const other of others) await octokit.repos.createDeployment({ ...at, ...wanted, ...other })

  const filters = Object.entries({ ...wanted, sha })
  const sizes: number[] = []
  for (let mask = 0; mask < 2 ** filters.length; mask++) {
    const query = Object.fromEntries(filters.filter((_, bit) => mask & (1 << bit)))
    const { data: found } = await octokit.repos.listDeployments({ ...at, ...query })
    expect(found.at(-1)).toEqual(data)
    sizes.push(found.length)
  }
  expect(sizes).toEqual([4, 3, 3, 2, 3, 2, 2, 1, 4, 3, 3, 2, 3, 2, 2, 1])
})

it.each(engines)('%s keeps deployments, statuses, environments and keys', async (engine) => {
  const { octokit } = await open(engine)
  const ids: number[] = []
  for (const payload of [{ nul: '\0', emoji: '🚀' }, 'text']) {
    const { data } = await octokit.repos.createDeployment({ ...at, ref: 'main', payload })
    if (!('id' in data)) throw new Error(data.message)
    expect(data.payload).toEqual(payload)
    ids.push(data.id)
    const status = { ...at, deployment_id: data.id, state: 'success', environment: 'qa' } as const
    await octokit.repos.createDeploymentStatus({ ...status, description: '🚀'.repeat(140) })
  }
  const [deployment_id = 0] = ids
  const { data: statuses } = await octokit.repos.listDeploymentStatuses({ ...at, deployment_id })
  expect(statuses.map(({ state }) => state)).toEqual(['success'])
  expect((await refusalOf(octokit.repos.deleteDeployment({ ...at, deployment_id }))).status).toBe(
    422,
  )
  const { data: environments } = await octokit.repos.getAllEnvironments(at)
  expect(environments.total_count).toBe(2)
  await octokit.repos.deleteAnEnvironment({ ...at, environment_name: 'QA' })

  const { data: made } = await octokit.repos.createDeployKey({ ...at, key })
  expect((await refusalOf(octokit.repos.createDeployKey({ ...at, key }))).status).toBe(422)
  expect((await octokit.repos.listDeployKeys(at)).data).toEqual([made])
  await octokit.repos.deleteDeployKey({ ...at, key_id: made.id })
})
