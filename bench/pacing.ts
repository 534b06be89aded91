import type { Connection } from './connection.ts'
import { type Endpoint, type Load, wallClock } from './measure.ts'

/** One request whose answer was awaited; times are of the wall clock, in milliseconds. */
export type Exchange = {
  readonly body: string
  readonly sentAt: number
  readonly answeredAt: number
}

/** So many requests, as many at a time as there are connections. */
export async function sendTimes(load: Load, endpoint: Endpoint, total: number): Promise<void> {
  let begun = 0
  const workers = load.connections.map(async (connection) => {
    while (begun < total) {
      begun += 1
      await load.send(endpoint, connection)
    }
  })
  await Promise.all(workers)
}

type Pace = { readonly perSecond: number; readonly ms: number }

/**
 * Requests at a steady rate, late ones made up for as soon as a connection is free. Waits for
 * the last answer.
 */
export async function sendAt(
  { connections, send }: Load,
  endpoint: Endpoint,
  { perSecond, ms }: Pace,
): Promise<Exchange[]> {
  const free = [...connections]
  const exchanges: Promise<Exchange>[] = []
  const startedAt = performance.now()
  const sendOn = async (connection: Connection): Promise<Exchange> => {
    const sentAt = wallClock()
    const body = await send(endpoint, connection)
    free.push(connection)
    return { body, sentAt, answeredAt: wallClock() }
  }
  for (let elapsed = 0; elapsed < ms; elapsed = performance.now() - startedAt) {
    const due = Math.floor((elapsed * perSecond) / 1000) + 1
    const ready = free.splice(0, Math.max(0, due - exchanges.length))
    exchanges.push(...ready.map(sendOn))
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  return await Promise.all(exchanges)
}
