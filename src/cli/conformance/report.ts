import { stripVTControlCharacters } from 'node:util'
import type { Outcome, Result } from './model.ts'

const kinds = ['passed', 'failed', 'unavailable', 'skipped', 'not asked'] as const
const symbols: Record<Outcome['kind'], string> = {
  passed: '✓',
  failed: '✗',
  unavailable: '-',
  skipped: '-',
  'not asked': '-',
}
const operationColumns = 46

/** With the name of its area where that begins. Of an area that is not asked there is one line. */
export function linesBelow(area: string, result: Result): string[] {
  const isFirst = result.area !== area
  const title = isFirst ? ['', result.area] : []
  if (result.outcome.kind !== 'not asked') return [...title, ...linesOf(result)]
  return isFirst ? [...title, `  - ${remarksOn(result.outcome).join('')}`] : []
}

/** One line of an area's table, and under it what was wrong. */
function linesOf({ operation, says, outcome }: Result): string[] {
  const line = `  ${symbols[outcome.kind]} ${operation.padEnd(operationColumns)}  ${says}`
  return [line, ...remarksOn(outcome).map((remark) => `      ${oneLine(remark)}`)]
}

function remarksOn(outcome: Outcome): readonly string[] {
  switch (outcome.kind) {
    case 'passed':
      return []
    case 'failed':
      return outcome.faults
    case 'unavailable':
      return [`not available: it answers ${outcome.status}`]
    case 'skipped':
      return [`not tried: ${outcome.why}`]
    case 'not asked':
      return [`not asked: ${outcome.why}`]
  }
}

/** What the server said of itself must not move the cursor. */
const oneLine = (text: string) => stripVTControlCharacters(text).replace(/\p{Cc}+/gu, ' ')

/** How many of each outcome, by area and in all. */
export function summaryOf(results: readonly Result[]): string[] {
  const areas = Map.groupBy(results, ({ area }) => area)
  const rows = [...areas, ['in all', results] as const].map(([name, inArea]) =>
    [name.padEnd(18), ...kinds.map((kind) => String(countOf(inArea, kind)).padStart(12))].join(''),
  )
  return [`${''.padEnd(18)}${kinds.map((kind) => kind.padStart(12)).join('')}`, ...rows]
}

const countOf = (results: readonly Result[], kind: Outcome['kind']) =>
  results.filter(({ outcome }) => outcome.kind === kind).length

/** By what was asked: something was, and all of it passed. */
export function isConforming(results: readonly Result[]): boolean {
  const asked = results.filter(({ outcome }) => outcome.kind !== 'not asked')
  return asked.length > 0 && countOf(asked, 'passed') === asked.length
}

/** The same for programs. */
export function documentOf(url: string, startedAt: Date, results: readonly Result[]): string {
  const totals = Object.fromEntries(kinds.map((kind) => [kind, countOf(results, kind)]))
  const document = { server: url, started_at: startedAt.toISOString(), totals, checks: results }
  return `${JSON.stringify(document, null, 2)}\n`
}
