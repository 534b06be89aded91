import { startChild } from '../child.ts'
import { atLeast, compared, type Place, type Row } from '../finding.ts'
import { addHooks, docs, idIn, installSlipway, postDeployment, reading } from '../installation.ts'
import { type Endpoint, interleave, type Load, openLoad } from '../measure.ts'
import { type Peer, peerOf } from '../peers.ts'
import type { Question, Recorded, Stack } from '../programs/memory-server.ts'
import { startReceivers } from '../receivers.ts'

const against: Record<Stack, string> = {
  ours: 'the same HTTP stack answering the same bytes from memory',
  bare: 'bare Fastify answering the same bytes from memory',
}
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

/** The bar is for the same stack; how far that is from a bare one is shown as well. */
async function besideMemory(place: Place, ours: Load, { endpoint, what, bar }: Asked) {
  const recorded = [await record(ours.peer, endpoint)]
  const besideStack = async (stack: Stack, rounds: number) => {
    await using memory = await startMemoryServer({ recorded, stack })
    using theirs = await openLoad(memory)
    return await measureBoth({ ...place, rounds }, endpoint, { ours, theirs })
  }
  const stack = await besideStack('ours', place.rounds)
  const bare = await besideStack('bare', Math.ceil(place.rounds / 2))
  const cost = `${what}: processor time of each`
  return [
    compared({ what, unit: 'requests/s', against: against.ours, bar: atLeast(bar) }, stack.rates),
    // A busy machine changes rates far more than this. Of a POST it holds the deliveries too.
    compared({ what: cost, unit: 'µs', against: against.ours }, stack.costs),
    compared(
      { what: `${what}, beside bare Fastify`, unit: 'requests/s', against: against.bare },
      bare.rates,
    ),
  ]
}

type Sides = { readonly ours: Load; readonly theirs: Load }

async function measureBoth({ rounds, ms }: Place, endpoint: Endpoint, { ours, theirs }: Sides) {
  const rateOf = (load: Load) => () => load.rateOf(endpoint, ms)
  for (const load of [ours, theirs]) await load.rateOf(endpoint, warmMs)
  const [mine, other] = await interleave(rounds, rateOf(ours), rateOf(theirs))
  const rates = [mine, other].map((all) => all.map(({ perSecond }) => perSecond))
  const costs = [mine, other].map((all) => all.map(({ cpuMicroseconds }) => cpuMicroseconds))
  return { rates, costs }
}

async function startMemoryServer(question: Question): Promise<Peer> {
  const { child, ask } = startChild('memory-server.ts')
  const port = await ask<number>(question)
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
