import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { z } from 'zod'

/**
 * Runs other people's clients, unmodified, against a running server (test/clients), and
 * prints a table: client, what it did, whether that went well. Exit code 1 when anything did not.
 */

const root = join(import.meta.dirname, '..')
const withinMs = 10 * 60_000

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({
          ancestorTitles: z.array(z.string()),
          title: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()),
        }),
      ),
    }),
  ),
})

type Row = { readonly client: string; readonly what: string; readonly fault: string | undefined }

const rows = runClients()
for (const { client, what, fault } of rows)
  say(`${client.padEnd(10)}  ${what.padEnd(46)}  ${fault === undefined ? 'ok' : 'FAILED'}`)
const failed = rows.filter(({ fault }) => fault !== undefined)
for (const { client, what, fault } of failed) say(`\n${client}: ${what}\n${fault}`)
process.exitCode = rows.length > 0 && failed.length === 0 ? 0 : 1

function runClients(): Row[] {
  const file = join(tmpdir(), `slipway-clients-${process.pid}.json`)
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const args = [vitest, 'run', 'test/clients', '--reporter=json', `--outputFile=${file}`]
  spawnSync(process.execPath, args, { cwd: root, timeout: withinMs, stdio: 'ignore' })
  try {
    const { testResults } = reportSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    return testResults.flatMap(rowsOf)
  } finally {
    rmSync(file, { force: true })
  }
}

type Result = z.output<typeof reportSchema>['testResults'][number]

/** A file that could not even be read has no rows of its own. */
function rowsOf({ name, message, assertionResults }: Result): Row[] {
  if (assertionResults.length === 0)
    return [{ client: relative(root, name), what: 'start', fault: message }]
  return assertionResults.map(({ ancestorTitles, title, status, failureMessages }) => ({
    client: ancestorTitles.join(' '),
    what: title,
    fault: status === 'passed' ? undefined : failureMessages.join('\n') || status,
  }))
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
