import { ownApiUrlOf, take } from '../../client/client.ts'
import type { Deployment, DeploymentStatus } from '../../client/model.ts'
import { Problem } from '../../lib/problem.ts'
import { until } from './programs.ts'
import type { Version } from './site.ts'
import { repository, type Stage } from './stage.ts'

export type Act = { readonly title: string; readonly play: (stage: Stage) => Promise<void> }

/** In order: each begins where the one before it ended. */
export const acts: readonly Act[] = [
  { title: 'Deploy v1 to three servers', play: deployFirst },
  { title: 'Deploy v2: one canary, then the others; v1 becomes inactive', play: deploySecond },
  { title: 'Deploy v3, which does not come up: back to v2, and a lock', play: deployBroken },
  { title: 'The same webhook again, a forged one, a replayed one', play: sendTwice },
  { title: 'A server answers with a host key that nobody pinned', play: meetImpostor },
  { title: 'Roll back to v1, as a deployment of its own', play: rollBack },
]

const endWithinMs = 30_000
const ended = new Set(['success', 'failure', 'error', 'inactive'])

/** Fails the demo where a statement does not hold, shows it where it does. */
function check(stage: Stage, statement: string, holds: boolean): void {
  if (!holds) throw new Problem('conflict', `This did not hold: ${statement}`)
  stage.picture.held(statement)
}

type Asked = { ref: string; task?: string; payload?: Record<string, unknown>; description?: string }

async function deploy(stage: Stage, asked: Asked): Promise<Deployment> {
  const body = { environment: 'production', auto_merge: false, required_contexts: [], ...asked }
  const answer = await stage.tooling.createDeployment(repository, body)
  if (answer.kind === 'created') return answer.deployment
  throw new Problem('conflict', answer.message)
}

async function endOf(stage: Stage, { id }: Deployment): Promise<DeploymentStatus> {
  const hasEnded = () => ended.has(stage.narrator.stateOf(id) ?? '')
  await until(hasEnded, `deployment ${id} to end`, endWithinMs)
  const newest = (await take(stage.tooling.listStatuses(repository, id), 1))[0]
  if (!newest) throw new Error('A deployment that ended has a status')
  return newest
}

const stateOf = async (stage: Stage, { id }: Pick<Deployment, 'id'>) =>
  (await take(stage.tooling.listStatuses(repository, id), 1))[0]?.state

async function served(stage: Stage): Promise<string> {
  const pages = stage.webServers.map(async ({ name, serves }) => `${name} ${await serves()}`)
  return (await Promise.all(pages)).join(', ')
}

const everywhere = (version: Version) => `web1 ${version}, web2 ${version}, web3 ${version}`

async function checkServed(stage: Stage, version: Version): Promise<void> {
  const what = await served(stage)
  check(stage, `your servers serve: ${what}`, what === everywhere(version))
}

async function deployFirst(stage: Stage): Promise<void> {
  const status = await endOf(stage, await deploy(stage, { ref: 'v1' }))
  check(
    stage,
    `the deployment ended in ${status.state}: ${status.description}`,
    status.state === 'success',
  )
  await checkServed(stage, 'v1')
  const lines = (await readLog(stage, await newestOf(stage, 'v1'))).trimEnd().split('\n')
  const isWhole = lines.at(-1)?.includes(status.description) === true
  check(stage, `its page has its log, ${lines.length} lines: ${lines.at(-1)}`, isWhole)
  stage.picture.note(`live while it runs: ${status.log_url}`)
}

/** As the deployment's page has it. */
async function readLog({ slipwayUrl, token }: Stage, { id }: Deployment): Promise<string> {
  const path = `/repos/${repository}/deployments/${id}/log`
  const headers = { authorization: `Bearer ${token}`, 'user-agent': 'slipway-demo' }
  const answer = await fetch(`${ownApiUrlOf(`${slipwayUrl}/api/v3`)}${path}`, { headers })
  return await answer.text()
}

async function deploySecond(stage: Stage): Promise<void> {
  const status = await endOf(stage, await deploy(stage, { ref: 'v2' }))
  check(
    stage,
    `the deployment ended in ${status.state}: ${status.description}`,
    status.state === 'success',
  )
  const first = await newestOf(stage, 'v1')
  await until(() => stage.narrator.stateOf(first.id) === 'inactive', 'v1 to become inactive')
  const state = await stateOf(stage, first)
  check(stage, `deployment #${first.id} (v1) is ${state}`, state === 'inactive')
  await checkServed(stage, 'v2')
}

async function deployBroken(stage: Stage): Promise<void> {
  const status = await endOf(stage, await deploy(stage, { ref: 'v3' }))
  check(
    stage,
    `the deployment ended in ${status.state}: ${status.description}`,
    status.state === 'failure',
  )
  await checkServed(stage, 'v2')
  const locked = await endOf(stage, await deploy(stage, { ref: 'v4' }))
  check(stage, `production is locked: ${locked.description}`, locked.state === 'error')
  const unlock = await deploy(stage, { ref: 'main', task: 'deploy:unlock' })
  await until(() => stage.narrator.stateOf(unlock.id) === 'inactive', 'production to be unlocked')
  check(stage, 'production is unlocked', true)
}

async function sendTwice(stage: Stage): Promise<void> {
  const logins = stage.narrator.logins()
  const before = await served(stage)
  const original = stage.narrator.hooks.findLast(
    ({ headers }) => headers['x-github-event'] === 'deployment',
  )
  if (!original) throw new Error('A deployment was delivered before')

  const known = stage.narrator.hooks.length
  await redeliver(stage)
  await until(() => stage.narrator.hooks.length > known, 'the redelivery')
  const again = stage.narrator.hooks.at(-1)
  check(
    stage,
    `delivered twice, taken once: ${again?.answer.toString().trim()}`,
    again?.status === 202,
  )

  const post = async (body: Buffer, signature: string) => {
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature }
    const answer = await fetch(stage.agentHook, {
      method: 'POST',
      headers,
      body: new Uint8Array(body),
    })
    return { status: answer.status, text: (await answer.text()).trim() }
  }
  const forged = await post(original.body, `sha256=${'0'.repeat(64)}`)
  check(
    stage,
    `a forged signature is refused: ${forged.status} ${forged.text}`,
    forged.status === 401,
  )
  const replayed = await post(original.body, String(original.headers['x-hub-signature-256']))
  check(
    stage,
    `a replay of old bytes starts nothing: ${replayed.status} ${replayed.text}`,
    replayed.status === 202,
  )

  check(stage, 'nobody logged in to a server meanwhile', stage.narrator.logins() === logins)
  check(stage, `your servers still serve: ${before}`, (await served(stage)) === before)
}

/** Asks Slipway to send the newest `deployment` delivery once more. */
async function redeliver(stage: Stage): Promise<void> {
  const path = `/repos/${repository}/hooks/${stage.hookId}/deliveries`
  const list = (await stage.tooling.request({ method: 'GET', path })) as {
    id: number
    event: string
  }[]
  const delivery = list.find(({ event }) => event === 'deployment')
  if (!delivery) throw new Error('There is no delivery of a deployment')
  await stage.tooling.request({ method: 'POST', path: `${path}/${delivery.id}/attempts` })
}

async function meetImpostor(stage: Stage): Promise<void> {
  const web2 = stage.webServers.find(({ name }) => name === 'web2')
  if (!web2) throw new Error('There is a web2')
  await web2.becomeImpostor()
  const status = await endOf(stage, await deploy(stage, { ref: 'v4' }))
  const isNamed = status.state === 'error' && status.description.includes('web2')
  check(stage, `the deployment ended in ${status.state}: ${status.description}`, isNamed)
  await checkServed(stage, 'v2')
  await web2.becomeItself()
}

async function rollBack(stage: Stage): Promise<void> {
  const [first, second] = [await newestOf(stage, 'v1'), await newestOf(stage, 'v2')]
  const asked = { ref: 'v1', task: 'rollback', payload: { to: first.id } }
  const { state, description } = await endOf(stage, await deploy(stage, asked))
  check(stage, `the rollback ended in ${state}: ${description}`, state === 'success')
  await checkServed(stage, 'v1')
  const isInactive = () => stage.narrator.stateOf(second.id) === 'inactive'
  await until(isInactive, 'v2 to become inactive')
  check(stage, `deployment #${second.id} (v2) is inactive`, true)
}

async function newestOf(stage: Stage, ref: Version): Promise<Deployment> {
  const newest = (await take(stage.tooling.listDeployments(repository, { ref }), 1))[0]
  if (newest) return newest
  throw new Error(`${ref} was deployed`)
}
