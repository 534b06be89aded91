import type { Result } from '../../src/cli/conformance/model.ts'
import { aliases, alwaysRefused, relaxations } from '../contract/known-gaps.ts'
import { missingOperations, operations } from '../contract/operations.ts'
import { differences } from './differences.ts'

/** `docs/compatibility.md`, from what the suite found, the list of operations and the known differences. */
export const compatibilityPage = (results: readonly Result[]): string =>
  [
    head(results),
    ...[...Map.groupBy(results, ({ area }) => area)].map(([area, inArea]) => areaOf(area, inArea)),
    missingPart(),
    `## Known differences\n\n${tableOf(['What Slipway does', 'Why'], differences)}`,
    refusedPart(),
    `## Where GitHub's description is not followed\n\n${tableOf(['Operation', 'Status', 'Why'], relaxationRows())}`,
    aliasPart(),
  ]
    .join('\n\n')
    .concat('\n')

function head(results: readonly Result[]): string {
  const reached = new Set(results.map(({ operation }) => operation))
  const answered = operations.length - missingOperations().length
  return `# Compatibility

Written by \`npm run compatibility\` from a run of \`slipway conformance\` against Slipway itself; do not edit.
The same command holds any other server to the same ${results.length} checks.

Of the ${operations.length} operations of GitHub's API that Slipway is about, ${answered} are answered. The suite reaches
${reached.size} of them from outside; the tests hold every answer of every route to GitHub's own description.`
}

function areaOf(area: string, results: readonly Result[]): string {
  const rows = [...Map.groupBy(results, ({ operation }) => operation)].map(
    ([operation, checks]) => {
      const passed = checks.filter(({ outcome }) => outcome.kind === 'passed').length
      return [
        linkTo(operation),
        `${passed} of ${checks.length}`,
        checks.map(({ says }) => says).join('; '),
      ]
    },
  )
  return `## ${area}\n\n${tableOf(['Operation', 'As GitHub', 'Checked'], rows)}`
}

function linkTo(operation: string): string {
  const docs = operations.find(({ id }) => id === operation)?.docs
  return docs ? `[${operation}](${docs})` : operation
}

function missingPart(): string {
  const missing = missingOperations().map(({ id, method, path }) => [
    linkTo(id),
    `\`${method} ${path}\``,
  ])
  if (missing.length === 0) return '## Not answered\n\nNone.'
  return `## Not answered\n\n${tableOf(['Operation', 'Path'], missing)}`
}

function refusedPart(): string {
  const rows = Object.entries(alwaysRefused).map(([route, why]) => [`\`${route}\``, why])
  return `## Always refused\n\n${tableOf(['Route', 'Why'], rows)}`
}

const relaxationRows = () =>
  relaxations.map(({ route, status, why }) => [`\`${route.source}\``, String(status), why])

function aliasPart(): string {
  const rows = aliases.map(([route, operation, why]) => [
    `\`${route}\``,
    operation === undefined ? '' : `\`${operation}\``,
    why,
  ])
  const title = '## Answered, though GitHub does not describe it'
  return `${title}\n\n${tableOf(['Route', 'The same as', 'Why'], rows)}`
}

function tableOf(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cellOf).join(' | ')} |`
  return [line(titles), `|${'---|'.repeat(titles.length)}`, ...rows.map(line)].join('\n')
}

const cellOf = (text: string) => text.replaceAll('|', '\\|')
