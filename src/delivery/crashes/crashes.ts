import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Log } from '../../lib/log.ts'
import { type Crash, decideStart, type Start } from './decide-crashes.ts'

/** A server that lived so long is well, whatever its forebears died of. */
const wellMs = 5 * 60_000
const crashesKept = 10
const errorCharactersMax = 1000

const crashFile = z.array(
  z.object({ at: z.string(), error: z.string(), deliveries: z.array(z.int()) }),
)

/**
 * Remembers in the data folder what was in flight when a bug ended the process, so that one event that
 * no code of ours survives does not end every next process too. A kill from outside leaves nothing
 * here: it is nobody's fault.
 */
export class Crashes implements Disposable {
  readonly #path: string
  readonly #crashes: readonly Crash[]
  readonly #log: Log
  readonly #well: NodeJS.Timeout
  #start: Start
  #inFlight: () => readonly number[] = () => []

  constructor(folder: string, log: Log) {
    this.#path = join(folder, 'crashes.json')
    this.#log = log
    this.#crashes = readCrashes(this.#path)
    this.#start = decideStart(this.#crashes)
    if (this.#start.isCareful) log.warn({ crashes: this.#crashes.length }, 'server.careful')
    this.#well = setTimeout(() => this.#forget(), wellMs).unref()
    process.on('uncaughtExceptionMonitor', this.#note)
  }

  get start(): Start {
    return this.#start
  }

  /** Who tells what is in flight, from when on something can be. */
  watch(inFlight: () => readonly number[]): void {
    this.#inFlight = inFlight
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#well)
    process.off('uncaughtExceptionMonitor', this.#note)
  }

  /** The process ends when this returns, so it waits for the disk. */
  readonly #note = (error: Error): void => {
    const crash = {
      at: new Date().toISOString(),
      error: String(error.stack ?? error).slice(0, errorCharactersMax),
      deliveries: this.#inFlight(),
    }
    const kept = [...this.#crashes, crash].slice(-crashesKept)
    writeFileSync(this.#path, JSON.stringify(kept), { mode: 0o600, flush: true })
    this.#log.fatal({ err: error, deliveries: crash.deliveries }, 'server.crashed')
  }

  #forget(): void {
    this.#start = decideStart([])
    rmSync(this.#path, { force: true })
  }
}

/** None where the file is not there, or was cut short by the crash that it tells of. */
function readCrashes(path: string): readonly Crash[] {
  try {
    return crashFile.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return []
  }
}
