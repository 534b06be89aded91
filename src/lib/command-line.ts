import { styleText } from 'node:util'
import { Command } from 'commander'
import type { Problem } from './problem.ts'

/** What a program tells whoever started it by its exit code. */
export const exitCodes = {
  done: 0,
  failed: 1,
  /** Misuse, or cancelled. */
  misuse: 2,
  /** The deployment ended badly. */
  deploymentFailed: 3,
  notSignedIn: 4,
  /** `--timeout` ended while the deployment had not. */
  stillWaiting: 5,
} as const

/** A command that cannot be carried out as given is misuse; without a token, others may still carry it out. */
export function exitCodeOf({ code }: Problem): number {
  if (code === 'unauthenticated') return exitCodes.notSignedIn
  return code === 'bad_request' ? exitCodes.misuse : exitCodes.failed
}

type Texts = {
  /** One line, for the list of commands. */
  readonly summary: string
  readonly description?: string
  readonly examples?: readonly string[]
}

/** A command whose help reads as `gh`'s: what it does, USAGE, FLAGS, EXAMPLES. */
export function newCommand(name: string, { summary, description, examples = [] }: Texts): Command {
  const command = new Command(name)
    .summary(summary)
    .description(description ?? `${summary}.`)
    .helpOption('-h, --help', 'Show this help')
    .helpCommand(false)
    .showHelpAfterError('(see --help)')
    .exitOverride()
    .configureHelp({ styleTitle, sortSubcommands: false, commandUsage: usageOf })
  if (examples.length === 0) return command
  const lines = examples.map((example) => `  $ ${example}`).join('\n')
  return command.addHelpText('after', () => `\n${styleTitle('Examples:')}\n${lines}`)
}

const styleTitle = (title: string) =>
  styleText('bold', title.replace(/:$/, '').replace('Options', 'Flags').toUpperCase(), {
    stream: process.stdout,
  })

function usageOf(command: Command): string {
  const names: string[] = []
  for (let at: Command | null = command; at; at = at.parent) names.unshift(at.name())
  return `  ${names.join(' ')} ${command.usage()}`
}

/** Resolves with the first SIGTERM or SIGINT, for programs that then drain; a second one is the system's to handle. */
export function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve)
  })
}
