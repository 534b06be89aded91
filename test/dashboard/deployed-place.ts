import { openGatedPlace } from '../gates/gated-place.ts'
import type { EngineName } from '../support/engines.ts'

type Said = {
  readonly state: 'success' | 'failure' | 'in_progress' | 'inactive'
  readonly log_url?: string
  readonly environment_url?: string
}

/** acme/shop, where commits are made and deployed, and something is said of it. */
export async function openDeployedPlace(engine: EngineName = 'sqlite') {
  const place = await openGatedPlace(engine)
  const { server, repository, at, as } = place

  const say = (deployment_id: number, said: Said) =>
    as('hubot').repos.createDeploymentStatus({ ...at, deployment_id, ...said })

  /** A commit on main that went out with success. */
  async function release(message: string, environment = 'staging', asked: object = {}) {
    await server.commit(repository, { files: { 'a.txt': message }, message })
    const { id } = await place.deploy('hubot', { environment, ...asked })
    const environment_url = 'https://shop.example.com'
    await say(id, { state: 'in_progress', log_url: 'https://ci.example.com/1' })
    await say(id, { state: 'success', environment_url, log_url: 'https://ci.example.com/1' })
    return id
  }

  /** As whoever deploys tells what it printed. */
  async function print(id: number, text: string, offset = '', who: 'hubot' | 'none' = 'hubot') {
    const headers = who === 'none' ? {} : { authorization: `Bearer ${place.tokens[who]}` }
    const path = `/api/slipway/v1/repos/acme/shop/deployments/${id}/log${offset && `?offset=${offset}`}`
    const answer = await fetch(server.url + path, { method: 'PATCH', body: text, headers })
    return `${answer.status} ${((await answer.json()) as { size?: number }).size}`
  }

  /** How often the store was asked while something was done: the least of a few times, since loops ask as well. */
  async function countQueries(doing: () => Promise<unknown>): Promise<number> {
    const counts: number[] = []
    for (let n = 0; n < 3; n += 1) counts.push(await countOnce(doing))
    return Math.min(...counts)
  }

  async function countOnce(doing: () => Promise<unknown>): Promise<number> {
    const { store } = server.app
    const { read } = store
    let count = 0
    const all: typeof read.all = (query, params) => {
      count += 1
      return read.all(query, params)
    }
    Object.assign(store, {
      read: { all, first: async (q, p) => (await all(q, p))[0] } as typeof read,
    })
    await doing()
    Object.assign(store, { read })
    return count
  }

  return { ...place, say, release, print, countQueries }
}
