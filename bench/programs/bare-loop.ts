import { type Dispatcher, Pool } from 'undici'
import type { Sample } from './receiver.ts'

export type Question = {
  readonly ports: readonly number[]
  readonly sample: Sample
  readonly count: number
}

const inFlight = 64
const pools = new Map<number, Pool>()

process.on('message', (question: Question) => void answer(question))

async function answer(question: Question): Promise<void> {
  const startedAt = performance.now()
  await sendAll(question)
  process.send?.({ perSecond: (question.count * 1000) / (performance.now() - startedAt) })
}

/** The least that undici can do: no signing, no limits, nothing recorded. */
function sendAll({ ports, sample, count }: Question): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const { headers, body } = sample
  let begun = 0
  let ended = 0
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart: () => undefined,
    onResponseStart: () => undefined,
    onResponseData: () => undefined,
    onResponseEnd: () => {
      ended += 1
      if (ended === count) return resolve()
      next()
    },
    onResponseError: (_controller, error) => reject(error),
  }
  function next(): void {
    if (begun === count) return
    const port = ports[begun % ports.length] ?? 0
    begun += 1
    poolAt(port).dispatch({ method: 'POST', path: '/hook', headers, body }, handler)
  }
  for (let at = 0; at < inFlight; at += 1) next()
  return promise
}

function poolAt(port: number): Pool {
  const pool = pools.get(port) ?? new Pool(`http://127.0.0.1:${port}`)
  pools.set(port, pool)
  return pool
}
