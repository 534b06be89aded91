import { startChild } from '../child.ts'
import { atLeast, compared, type Place, type Row } from '../finding.ts'
import { addHooks, docs, idIn, installSlipway, postDeployment, reading } from '../installation.ts'
import { type Endpoint, interleave, type Load, openLoad } from '../measure.ts'
import { type Peer, peerOf } from '../peers.ts'
import type { Recorded } from '../programs/memory-server.ts'
import { startReceivers } from '../receivers.ts'

const against = 'the same HTTP stack answering the same bytes from memory'
const hookCount = 3
const warmMs = 1000

/** A durable 201 with three hooks that listen. */
export const post: Row = {
  name: 'post',
  async measure(place) {
    await using receivers = await startReceivers({ answering: hookCount })
    await using server = await installSlipway(place.folder)
    await addHooks(server.load, receivers.ports.answering)
    const what = `POST deployments, ${hookCount} hooks`
    return await besideMemory(place, server.load, { endpoint: postDeployment(), what, bar: 0.5 })
  },
}

export const get: Row = {
  name: 'get',
  async measure(place) {
    await using server = await installSlipway(place.folder)
    const id = idIn(await server.load.ask(postDeployment()))
    const endpoint = reading(`${docs}/deployments/${id}`)
    const what = 'GET a deployment'
    return await besideMemory(place, server.load, { endpoint, what, bar: 0.7 })
  },
}

type Asked = { readonly endpoint: Endpoint; readonly what: string; readonly bar: number }

async function besideMemory({ rounds, ms }: Place, ours: Load, { endpoint, what, bar }: Asked) {
  await using memory = await startMemoryServer([await record(ours.peer, endpoint)])
  using theirs = await openLoad(memory)
  const rateOf = (load: Load) => () => load.rateOf(endpoint, ms)
  for (const load of [ours, theirs]) await load.rateOf(endpoint, warmMs)
  const [mine, other] = await interleave(rounds, rateOf(ours), rateOf(theirs))
  const rates = [mine, other].map((all) => all.map(({ perSecond }) => perSecond))
  const costs = [mine, other].map((all) => all.map(({ cpuMicroseconds }) => cpuMicroseconds))
  return [
    compared({ what, unit: 'requests/s', against, bar: atLeast(bar) }, rates),
    // A busy machine changes rates far more than this. Of a POST it holds the deliveries too.
    compared({ what: `${what}: processor time of each`, unit: 'µs', against }, costs),
  ]
}

async function startMemoryServer(recorded: readonly Recorded[]): Promise<Peer> {
  const { child, ask } = startChild('memory-server.ts')
  const port = await ask<number>({ recorded })
  return peerOf('memory', { child, apiUrl: `http://127.0.0.1:${port}/api/v3`, tokens: ['none'] })
}

/** What a stack sets itself, whatever it answers. */
const ownHeaders = ['connection', 'content-length', 'date', 'keep-alive']

async function record({ apiUrl, tokens }: Peer, { method, path, body }: Endpoint) {
  const response = await fetch(`${apiUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${tokens[0]}`, accept: 'application/vnd.github+json' },
    ...(body && { body: JSON.stringify(body(0)) }),
  })
  const headers = [...response.headers].filter(([name]) => !ownHeaders.includes(name))
  return {
    method: body ? 'POST' : 'GET',
    path: new URL(`${apiUrl}${path}`).pathname,
    status: response.status,
    headers: Object.fromEntries(headers),
    body: await response.text(),
  } satisfies Recorded
}
