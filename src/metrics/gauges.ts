import { Gauge, type Registry } from 'prom-client'
import type { Log } from '../lib/log.ts'

type Value = { readonly labels?: Readonly<Record<string, string>>; readonly value: number }

type Reading = {
  readonly name: string
  readonly help: string
  readonly labelNames?: readonly string[]
  readonly read: () => Promise<readonly Value[]>
}

/** However often somebody looks, the database is asked no more often. */
const keepMs = 1_000

/** A gauge that is read from the database when somebody looks; it is absent while that fails. */
export function readGauge(registry: Registry, log: Log, reading: Reading): void {
  const { name, help, labelNames = [], read } = reading
  let readAt = Number.NEGATIVE_INFINITY
  async function collect(this: Gauge): Promise<void> {
    if (performance.now() - readAt < keepMs) return
    try {
      const values = await read()
      readAt = performance.now()
      clear(this, labelNames)
      for (const { labels = {}, value } of values) this.set(labels, value)
    } catch (error) {
      log.warn({ err: error, metric: name }, 'metrics.unreadable')
      clear(this, labelNames)
    }
  }
  new Gauge({ name, help, labelNames: [...labelNames], registers: [registry], collect })
}

/** One without labels would be reset to 0, which it is not. */
function clear(gauge: Gauge, labelNames: readonly string[]): void {
  if (labelNames.length === 0) gauge.remove()
  else gauge.reset()
}
