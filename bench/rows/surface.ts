import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { atLeast, type Finding, type Row } from '../finding.ts'

const program = join(import.meta.dirname, '../surface.ts')
const withinMs = 600_000

type Compared = {
  readonly name: string
  readonly ratio: number
  readonly slipway: { readonly perSecond: number }
  readonly emulate: { readonly perSecond: number }
}

type Measured = { readonly rows: readonly Compared[] }

/** What `npm run bench:surface` finds: all requests in turn, and the one by which we do worst. */
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
    const [inTurn, ...each] = rows
    const [worst, ...others] = each.sort((a, b) => a.ratio - b.ratio)
    if (!inTurn || !worst) throw new Error('npm run bench:surface measured nothing')
    const best = others.at(-1) ?? worst
    return [
      findingOf(`${each.length} requests in turn, reads among writes`, inTurn, inTurn),
      findingOf(`${worst.name}, the worst of these requests`, worst, best),
    ]
  },
}

const findingOf = (
  what: string,
  { slipway, emulate, ratio }: Compared,
  best: Compared,
): Finding => ({
  what,
  unit: 'requests/s',
  ours: slipway.perSecond,
  beside: { what: 'emulate, which keeps all in memory', value: emulate.perSecond },
  ratio,
  spread: [ratio, best.ratio],
  bar: atLeast(2),
})
