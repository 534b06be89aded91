import { type Endpoint, type Load, openLoad } from './measure.ts'
import { type Slipway, startSlipway } from './peers.ts'

/** Hooks on this machine must be allowed; nothing else is set. */
const settings = ['--webhook-allow', '127.0.0.0/8']

/** A server with a repository `octo/docs` that has one commit, and requests for it. */
export async function installSlipway(folder: string) {
  await using parts = new AsyncDisposableStack()
  const installed = { tokens: 1, settings }
  const slipway: Slipway = parts.use(await startSlipway(folder, installed))
  const load = parts.use(await openLoad(slipway))
  await addRepository(load, 'docs')
  const running = parts.move()
  return { slipway, load, [Symbol.asyncDispose]: () => running.disposeAsync() }
}

export async function addRepository({ ask }: Load, name: string): Promise<void> {
  await ask(posting('/user/repos', { name, auto_init: true }))
}

/** Signed hooks that listen to deployments, one for each port. */
export async function addHooks(
  { ask }: Load,
  ports: readonly number[],
  repository = docs,
): Promise<void> {
  for (const port of ports) {
    const url = `http://127.0.0.1:${port}/hook`
    const config = { url, content_type: 'json', secret: `secret-of-${port}` }
    await ask(posting(`${repository}/hooks`, { name: 'web', events: ['deployment'], config }))
  }
}

/** A hook that hears of nothing, to be read and changed; its id. */
export async function addIdleHook({ ask }: Load): Promise<number> {
  const config = { url: 'https://example.com/hook', content_type: 'json' }
  const hook = { name: 'web', active: false, events: ['issues'], config }
  return idIn(await ask(posting(`${docs}/hooks`, hook)))
}

const posting = (path: string, body: object): Endpoint => ({
  name: `POST ${path}`,
  method: 'POST',
  path,
  body: () => body,
})

export const docs = '/repos/octo/docs'

/** Nothing but what differs from one to the next: every default applies, as it does for most clients. */
export const postDeployment = (repository = docs): Endpoint => ({
  name: 'POST deployments',
  method: 'POST',
  path: `${repository}/deployments`,
  body: (count) => ({ ref: 'main', description: `Number ${count}` }),
})

export const reading = (path: string): Endpoint => ({ name: `GET ${path}`, method: 'GET', path })

/** The id of what an answer shows first. */
export const idIn = (body: string): number => Number(/"id":(\d+)/.exec(body)?.[1])
