import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export type Measured = {
  /** Bytes, after a collection. */
  readonly rss: number
  readonly heapUsed: number
  /** Open descriptors. */
  readonly files: number
  /** Events so far. */
  readonly recorded: number
  /** Attempts on record so far. */
  readonly attempts: number
}

export type Producer = Disposable & {
  /** Before anything was sent. */
  readonly first: Measured
  /** Records `events`, waits until there are as many `attempts` in all, and measures. */
  produce(events: number, attempts: number): Promise<Measured>
}

/** A process of its own that records events of a repository and sends them. */
export async function startProducer(path: string, repositoryId: number): Promise<Producer> {
  const program = join(import.meta.dirname, 'producer.ts')
  const args = ['--expose-gc', program, path, String(repositoryId)]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })
  const measured = async () => {
    const [line] = (await once(lines, 'line')) as [string]
    return JSON.parse(line) as Measured
  }
  return {
    first: await measured(),
    async produce(events, attempts) {
      const answer = measured()
      child.stdin.write(`${events} ${attempts}\n`)
      return await answer
    },
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  }
}
