import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { openStore } from '../../src/store/store.ts'
import { reply, startFaultServer } from '../sender/fault-server.ts'
import { temporaryFolder } from '../support/engines.ts'
import { eventually, openWorld } from './world.ts'

const kills = 8

/** Runs the process for a while, kills it, and gives the numbers that it said were durable. */
async function runAndKill(path: string, repositoryId: number, first: number): Promise<number[]> {
  const program = join(import.meta.dirname, './producer.ts')
  const args = [program, path, String(repositoryId), String(first)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const said: number[] = []
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => line !== 'started' && said.push(Number(line)))
  await once(lines, 'line')
  await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 300))
  child.kill('SIGKILL')
  await once(child, 'close')
  return said
}

it('loses no event and no order when it is killed at any moment', { timeout: 60_000 }, async () => {
  const arrived: { n: number; key: string }[] = []
  await using receiver = await startFaultServer({
    answer: (socket, { body }) => {
      arrived.push(JSON.parse(body))
      // Some answers are late, so that every kill finds requests in flight.
      setTimeout(() => socket.write(reply('200 OK')), Math.random() * 20)
    },
  })
  const path = join(temporaryFolder(), 'slipway.db')
  const prepared = await openWorld('sqlite', path)
  await prepared.addHook({ url: receiver.url })
  await prepared.close()

  const durable: number[] = []
  for (let n = 0; n < kills; n += 1) {
    const first = (durable.at(-1) ?? 0) + 1000
    durable.push(...(await runAndKill(path, prepared.repositoryId, first)))
  }
  expect(durable.length).toBeGreaterThan(kills)

  await using parts = new AsyncDisposableStack()
  const store = await openStore(path)
  parts.defer(() => store.close())
  parts.use(prepared.startDispatcher({ ...prepared.app, store }))
  await eventually(
    async () => new Set(arrived.map(({ n }) => n)),
    (seen) => durable.every((n) => seen.has(n)),
  )
  for (const key of new Set(arrived.map((one) => one.key))) {
    const firsts = new Set(arrived.filter((one) => one.key === key).map(({ n }) => n))
    expect([...firsts]).toEqual([...firsts].toSorted((a, b) => a - b))
  }
  const duplicates = arrived.length - new Set(arrived.map(({ n }) => n)).size
  expect(duplicates).toBeLessThanOrEqual(kills * 3)
})
