import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Endpoint, interleave, type Load, medianOf, openLoad, type Rate } from './measure.ts'
import { memoryOf, startEmulate, startSlipway } from './peers.ts'

/**
 * Requests a second and memory beside `emulate`, an emulator of GitHub that keeps everything in
 * memory, on what both answer. Ours is durable. The bar is twice its rate, row by row.
 */
const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '2' },
    ms: { type: 'string', default: '1000' },
    only: { type: 'string', default: '' },
    json: { type: 'string' },
  },
})
const bar = 2
const allInTurn = 'all in turn'
const warmMs = 300

const repo = '/repos/octo/docs'
const read = (name: string, path: string): Endpoint => ({ name, method: 'GET', path })

/** `{hook}` and `{tree}` differ between the two, so endpoints are made for each. */
const endpointsFor = (hook: number, sha: string): readonly Endpoint[] => [
  read('GET /user', '/user'),
  read('GET /users/{username}', '/users/octo'),
  read('GET /meta', '/meta'),
  read('GET /zen', '/zen'),
  read('GET /user/repos', '/user/repos'),
  read('GET repository', repo),
  read('GET branches', `${repo}/branches`),
  read('GET branches/{branch}', `${repo}/branches/main`),
  read('GET commits', `${repo}/commits`),
  read('GET commits/{ref}', `${repo}/commits/${sha}`),
  read('GET git/ref/{ref}', `${repo}/git/ref/heads/main`),
  read('GET git/commits/{sha}', `${repo}/git/commits/${sha}`),
  read('GET git/trees/{sha}', `${repo}/git/trees/${sha}`),
  read('GET contents/{path}', `${repo}/contents/README.md`),
  read('GET collaborators', `${repo}/collaborators`),
  read('GET hooks', `${repo}/hooks`),
  read('GET hooks/{id}', `${repo}/hooks/${hook}`),
  read('GET hooks/{id}/deliveries', `${repo}/hooks/${hook}/deliveries`),
  {
    name: 'PATCH hooks/{id}',
    method: 'PATCH',
    path: `${repo}/hooks/${hook}`,
    body: (count) => ({ config: { url: `https://example.com/${count}`, content_type: 'json' } }),
  },
  {
    name: 'PATCH repository',
    method: 'PATCH',
    path: repo,
    body: (count) => ({ description: `Number ${count}` }),
  },
  {
    name: 'POST git/refs',
    method: 'POST',
    path: `${repo}/git/refs`,
    body: (count) => ({ ref: `refs/tags/t${count}`, sha }),
  },
]

type Row = { name: string; slipway: Rate; emulate: Rate; ratio: number }

const rows: Row[] = []
const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'))
try {
  await measureAll()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
const behind = rows.filter(({ ratio }) => ratio < bar)
if (behind.length > 0) say(`Below ${bar} ×: ${behind.map(({ name }) => name).join(', ')}`)
process.exitCode = behind.length === 0 ? 0 : 1

async function measureAll(): Promise<void> {
  await using slipway = await startSlipway(folder)
  await using emulate = await startEmulate(folder)
  using ours = await openLoad(slipway)
  using theirs = await openLoad(emulate)
  const idle = { slipway: memoryOf(slipway), emulate: memoryOf(emulate) }
  const [mine, other] = [await prepare(ours), await prepare(theirs)]
  say(
    `${cpus().length} × ${cpus()[0]?.model}, node ${process.version}, ${flags.rounds} rounds of ABBA`,
  )
  say(line('requests/s; processor each', 'slipway', 'emulate', 'ratio', 'slipway', 'emulate'))
  for (const { name, a, b } of rowsOf(mine, other)) {
    if (!name.includes(flags.only)) continue
    const row = await compare(name, { load: ours, asked: a }, { load: theirs, asked: b })
    rows.push(row)
    say(rowLine(row))
  }
  const memory = { idle, after: { slipway: memoryOf(slipway), emulate: memoryOf(emulate) } }
  say(line('memory, idle (MB)', `${idle.slipway}`, `${idle.emulate}`, ''))
  say(line('memory, after (MB)', `${memory.after.slipway}`, `${memory.after.emulate}`, ''))
  if (flags.json) writeFileSync(flags.json, `${JSON.stringify({ rows, memory }, null, 2)}\n`)
}

/** The repository and the hook that all requests are about, made by the API of each. */
async function prepare(load: Load): Promise<readonly Endpoint[]> {
  const make = (name: string, path: string, body: unknown) =>
    load.ask({ name, method: 'POST', path, body: () => body })
  await make('a repository', '/user/repos', { name: 'docs', auto_init: true })
  const config = { url: 'https://example.com/hook', content_type: 'json' }
  const hook = { name: 'web', active: false, events: ['issues'], config }
  const { id } = JSON.parse(await make('a hook', `${repo}/hooks`, hook))
  const ref = JSON.parse(await load.ask(read('main', `${repo}/git/ref/heads/main`)))
  return endpointsFor(id, ref.object.sha)
}

type Asked = Endpoint | readonly Endpoint[]

/** Each by itself, and what an integration does: all of them in turn, reads among writes. */
function rowsOf(ours: readonly Endpoint[], theirs: readonly Endpoint[]) {
  const each = ours.flatMap((a, at) => {
    const b = theirs[at]
    return b ? [{ name: a.name, a, b }] : []
  })
  return [{ name: allInTurn, a: ours, b: theirs }, ...each]
}

type Side = { readonly load: Load; readonly asked: Asked }

/** Warm, then in turns. */
async function compare(name: string, a: Side, b: Side): Promise<Row> {
  for (const { load, asked } of [a, b]) await load.rateOf(asked, warmMs)
  const rateOf =
    ({ load, asked }: Side) =>
    () =>
      load.rateOf(asked, Number(flags.ms))
  const [ours, theirs] = await interleave(Number(flags.rounds), rateOf(a), rateOf(b))
  const [slipway, emulate] = [medianRate(ours), medianRate(theirs)]
  return { name, slipway, emulate, ratio: slipway.perSecond / emulate.perSecond }
}

function rowLine({ name, slipway, emulate, ratio }: Row): string {
  const rates = [slipway, emulate].map(({ perSecond }) => perSecond.toFixed(0))
  const costs = [slipway, emulate].map(({ cpuMicroseconds }) => `${cpuMicroseconds.toFixed(0)} µs`)
  return line(name, ...rates, `${ratio.toFixed(2)} ×`, ...costs)
}

function medianRate(rates: readonly Rate[]): Rate {
  return {
    perSecond: medianOf(rates.map(({ perSecond }) => perSecond)),
    cpuMicroseconds: medianOf(rates.map(({ cpuMicroseconds }) => cpuMicroseconds)),
  }
}

function line(...cells: readonly string[]): string {
  return cells.map((cell, at) => (at === 0 ? cell.padEnd(30) : cell.padStart(10))).join('')
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
