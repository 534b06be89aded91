import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Finding, isMet, type Place, type Row } from './finding.ts'
import { findMachine, lineOf, writePage } from './report.ts'
import { graphileWorker, pgBoss } from './rows/assembled.ts'
import { clone } from './rows/clone.ts'
import { deliveries, lag, neighbours } from './rows/deliveries.ts'
import { gates } from './rows/gates.ts'
import { grid } from './rows/grid.ts'
import { million } from './rows/million.ts'
import { get, post } from './rows/requests.ts'
import { start } from './rows/start.ts'
import { surface } from './rows/surface.ts'

/** Everything that docs/benchmarks.md shows, or the rows that are named. */
const rows: readonly Row[] = [
  post,
  get,
  deliveries,
  lag,
  neighbours,
  million,
  gates,
  grid,
  clone,
  surface,
  start,
  graphileWorker,
  pgBoss,
]

const { values: flags, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    json: { type: 'string', default: join(tmpdir(), 'slipway-bench.json') },
  },
})
const scale = flags.quick
  ? { rounds: 1, ms: 1000, isQuick: true }
  : { rounds: 4, ms: 4000, isQuick: false }

const unknown = names.find((name) => !rows.some((row) => row.name === name))
if (unknown !== undefined) {
  throw new Error(
    `There is no row "${unknown}": choose of ${rows.map(({ name }) => name).join(', ')}`,
  )
}
const machine = findMachine()
const findings: Finding[] = []
say(Object.values(machine).join(' · '))
for (const row of rows) {
  if (names.length > 0 && !names.includes(row.name)) continue
  for (const finding of await measureIn(row)) {
    findings.push(finding)
    say(lineOf(finding))
  }
}
writeFileSync(flags.json, `${JSON.stringify({ machine, scale, findings }, null, 2)}\n`)
say(`Written to ${flags.json}. Read the ratios: times and rates are this machine's, at this hour.`)
if (flags.write) writePage(machine, findings)
process.exitCode = findings.some((finding) => isMet(finding) === false) ? 1 : 0

async function measureIn(row: Row): Promise<readonly Finding[]> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'))
  try {
    return await row.measure({ ...scale, folder } satisfies Place)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
