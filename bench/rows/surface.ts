import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { atLeast, type Row } from '../finding.ts'

const program = join(import.meta.dirname, '../surface.ts')
const withinMs = 600_000

type Measured = {
  readonly rows: readonly {
    readonly name: string
    readonly ratio: number
    readonly slipway: { readonly perSecond: number }
    readonly emulate: { readonly perSecond: number }
  }[]
}

/** What `npm run bench:surface` finds, by the row where we do worst. */
export const surface: Row = {
  name: 'surface',
  async measure({ folder, rounds, isQuick }) {
    const json = join(folder, 'surface.json')
    const scale = isQuick ? ['--rounds', '1', '--ms', '250'] : ['--rounds', `${rounds / 2}`]
    await new Promise<void>((resolve) => {
      // It ends with 1 where a bar is missed: what it wrote says so too.
      const options = { timeout: withinMs }
      execFile(process.execPath, [program, ...scale, '--json', json], options, () => resolve())
    })
    const { rows } = JSON.parse(readFileSync(json, 'utf8')) as Measured
    const [worst, ...others] = [...rows].sort((a, b) => a.ratio - b.ratio)
    if (!worst) throw new Error('npm run bench:surface measured nothing')
    return [
      {
        what: `${worst.name}, the worst of ${others.length + 1} requests`,
        unit: 'requests/s',
        ours: worst.slipway.perSecond,
        beside: { what: 'emulate, which keeps all in memory', value: worst.emulate.perSecond },
        ratio: worst.ratio,
        spread: [worst.ratio, others.at(-1)?.ratio ?? worst.ratio],
        bar: atLeast(2),
      },
    ]
  },
}
