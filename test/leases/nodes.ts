import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Signals } from '../../src/app.ts'
import { openStore } from '../../src/store/store.ts'
import type { World } from '../deliveries/world.ts'
import { reply, startFaultServer } from '../sender/fault-server.ts'
import { times } from './times.ts'

/** Another node in this process, with a store and signals of its own. */
export async function startNode(world: World, url = world.url) {
  const store = await openStore(url)
  const app = { ...world.app, store, signals: new EventEmitter<Signals>() }
  const dispatcher = world.startDispatcher(app, times)
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= (async () => {
      await dispatcher[Symbol.asyncDispose]()
      await store.close()
    })()
    return stopped
  }
  onTestFinished(stop)
  return { app, store, stop }
}

/** Another node in a process of its own. */
export async function spawnNode(world: World): Promise<ChildProcess> {
  const program = join(import.meta.dirname, './node-process.ts')
  const child = spawn(process.execPath, [program, world.url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return child
}

export type Arrival = { readonly key: string; readonly n: number; readonly hook: string }

/** A receiver that notes what arrives, and answers as it is told to. */
export async function startNotingReceiver(answerAfterMs: () => number | null = () => 0) {
  const arrived: Arrival[] = []
  const unanswered: (() => void)[] = []
  const server = await startFaultServer({
    answer: (socket, { head, body }) => {
      const hook = head.match(/X-GitHub-Hook-ID: (\d+)/i)?.[1] ?? ''
      arrived.push({ ...(JSON.parse(body) as { key: string; n: number }), hook })
      const answer = () => void socket.write(reply('200 OK'))
      const afterMs = answerAfterMs()
      if (afterMs === null) unanswered.push(answer)
      else setTimeout(answer, afterMs)
    },
  })
  onTestFinished(() => server[Symbol.asyncDispose]())
  return { url: server.url, arrived, unanswered }
}

/** Keys of a hook whose first arrivals were not in the order of what happened. */
export function disorderIn(arrived: readonly Arrival[]): string[] {
  const byKey = Map.groupBy(arrived, ({ hook, key }) => `${hook} ${key}`)
  return [...byKey].flatMap(([key, all]) => {
    const firsts = [...new Set(all.map(({ n }) => n))]
    return firsts.join() === firsts.toSorted((a, b) => a - b).join() ? [] : [`${key}: ${firsts}`]
  })
}
