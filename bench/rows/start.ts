import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { atMost, type Row } from '../finding.ts'
import { medianOf } from '../measure.ts'
import { freePort, memoryOf, slipwayPath } from '../peers.ts'

const lookMs = 5
const restMs = 4000
const withinMs = 30_000

/** A new folder each time, so with its schema and keys to be made; then nothing happens for a while. */
export const start: Row = {
  name: 'start',
  async measure({ folder, rounds }) {
    const starts = []
    for (let n = 0; n < rounds * 2 + 1; n += 1) starts.push(await startOnce(join(folder, `${n}`)))
    const seconds = medianOf(starts.map((one) => one.seconds))
    const megabytes = medianOf(starts.map((one) => one.megabytes))
    return [
      { what: 'Start to first answer', unit: 's', ours: seconds, bar: atMost(1) },
      { what: 'Memory at rest', unit: 'MB', ours: megabytes, bar: atMost(150) },
    ]
  },
}

async function startOnce(data: string): Promise<{ seconds: number; megabytes: number }> {
  const port = await freePort()
  const startedAt = performance.now()
  const args = ['serve', '--data', data, '--port', String(port), '--ssh-port', '0']
  const child = spawn(slipwayPath, [...args, '--log-level', 'warn'], { stdio: 'ignore' })
  const exited = once(child, 'exit')
  try {
    await answers(`http://127.0.0.1:${port}/api/v3/zen`, startedAt + withinMs)
    const seconds = (performance.now() - startedAt) / 1000
    await new Promise((resolve) => setTimeout(resolve, restMs))
    return { seconds, megabytes: memoryOf({ pid: child.pid ?? 0 }) }
  } finally {
    child.kill('SIGTERM')
    await exited
  }
}

async function answers(url: string, deadline: number): Promise<void> {
  for (;;) {
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok) return
    if (performance.now() > deadline) throw new Error(`No answer within ${withinMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, lookMs))
  }
}
