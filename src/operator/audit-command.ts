import type { Command } from 'commander'
import { newCommand } from '../lib/command-line.ts'
import { Problem } from '../lib/problem.ts'
import { type ConfigOf, dataFlag } from './flags.ts'

/** Loaded when needed, as the other commands do. */
const load = async () => await import('./audit-log.ts')

/** What whoever runs the server does with the log of who did what. */
export function auditCommand(configOf: ConfigOf): Command {
  const exporting = newCommand('export', {
    summary: 'Print the audit log',
    description:
      'Prints who did what, one JSON object a line, with the hashes that chain the lines. Works while the server runs, and without it.',
    examples: ['slipway audit export > audit.jsonl', 'slipway audit export --since 2026-01-31'],
  })
    .option('--since <time>', 'From this date or time on')
    .option(...dataFlag)
    .action(async ({ data, since }: { data?: string; since?: string }) => {
      const from = since === undefined ? null : timeIn(since)
      await (await load()).exportAudit(configOf({ data }), from)
    })
  const verifying = newCommand('verify', {
    summary: 'Check that nobody has changed the audit log',
    description:
      'Follows the chain of hashes, of the log itself or of an export, and names the first entry that does not hold. Note what it says of the end: --noted later finds a log whose end was cut off.',
    examples: ['slipway audit verify', 'slipway audit verify audit.jsonl --noted 42:9f86d0…'],
  })
    .argument('[file]', 'An export')
    .option('--noted <position:hash>', 'An entry that must be there, as verify once said it')
    .option(...dataFlag)
    .action(
      async (file: string | undefined, { data, noted }: { data?: string; noted?: string }) => {
        await (await load()).verifyAudit(configOf({ data }), { file, noted })
      },
    )
  return newCommand('audit', { summary: 'Read and check the log of who did what' })
    .addCommand(exporting)
    .addCommand(verifying)
}

function timeIn(text: string): string {
  const time = Date.parse(text)
  if (Number.isFinite(time)) return new Date(time).toISOString()
  throw new Problem('invalid', `--since cannot be "${text}": use a date or a time`)
}
