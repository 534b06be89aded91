import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { type Finding, isMet } from './finding.ts'

const root = join(import.meta.dirname, '..')
const page = join(root, 'docs/benchmarks.md')
const begin = '<!-- results: written by npm run bench -- --write -->'
const end = '<!-- end of results -->'

/** What the numbers were measured on. */
export function findMachine() {
  const gigabytes = Math.round(totalmem() / 1024 ** 3)
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root })
  return {
    processors: `${cpus().length} × ${cpus()[0]?.model}`,
    memory: `${gigabytes} GB`,
    system: `${type()} ${release()}`,
    node: `Node ${process.version}`,
    commit: commit.toString().trim(),
    date: new Date().toISOString().slice(0, 10),
  }
}

export type Machine = ReturnType<typeof findMachine>

export function lineOf(finding: Finding): string {
  const [what = '', ...cells] = cellsOf(finding)
  return what.padEnd(56) + cells.map((cell, at) => cell.padStart(widths[at] ?? 0)).join('  ')
}

const widths = [20, 20, 18, 10, 7]

function cellsOf(finding: Finding): string[] {
  const { what, ours, unit, beside, ratio, spread, bar } = finding
  const among = spread ? ` (${spread.map((value) => value.toFixed(2)).join('–')})` : ''
  const met = isMet(finding)
  return [
    what,
    `${rounded(ours)} ${unit}`,
    beside ? `${rounded(beside.value)} ${unit}` : '',
    ratio === undefined ? '' : `${ratio.toFixed(2)}${among}`,
    bar ? `${bar.is === 'at least' ? '≥' : '≤'} ${bar.value}` : '',
    met === undefined ? '' : met ? 'met' : 'missed',
  ]
}

const rounded = (value: number) =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)

/** Puts the results in their place in docs/benchmarks.md. */
export function writePage(machine: Machine, findings: readonly Finding[]): void {
  const text = readFileSync(page, 'utf8')
  const [before = '', rest = ''] = text.split(begin)
  const [, after = ''] = rest.split(end)
  const table = [
    '| what | ours | beside it | ratio (lowest–highest) | bar | |',
    '|---|--:|--:|--:|--:|---|',
    ...findings.map((finding) => `| ${withPeer(finding).join(' | ')} |`),
  ]
  const about = `Measured on ${Object.values(machine).join(', ')}.`
  writeFileSync(page, `${before}${begin}\n\n${about}\n\n${table.join('\n')}\n\n${end}${after}`)
}

function withPeer(finding: Finding): string[] {
  const [what = '', ...cells] = cellsOf(finding)
  return [finding.beside ? `${what}, beside ${finding.beside.what}` : what, ...cells]
}
