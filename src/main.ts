import { CommanderError } from 'commander'
import { agentCommand } from './agent/agent.ts'
import { cliCommands } from './cli/cli.ts'
import { conformanceCommand } from './cli/conformance/conformance.ts'
import { currentCommands, deploymentCommands } from './cli/current-commands/current-commands.ts'
import { demoCommand } from './cli/demo/demo.ts'
import { gateCommands, overruleCommands } from './cli/gate-commands/gate-commands.ts'
import { hookCommands } from './cli/hook-commands/hook-commands.ts'
import { exitCodeOf, exitCodes, newCommand } from './lib/command-line.ts'
import { Problem } from './lib/problem.ts'
import { operatorCommands } from './operator/operator.ts'

const program = newCommand('slipway', {
  summary: 'Deployments for any git forge',
  description:
    "Deployments for any git forge: GitHub's Deployments API, self-hosted, and an agent that carries them out over SSH.",
  examples: [
    'slipway serve',
    'slipway user create octo --admin',
    'slipway token create --user octo --scopes repo',
    'slipway deploy octo/docs --ref main --environment production --watch',
  ],
}).usage('<command> [flags]')

const ofDeployments = [...deploymentCommands(process.env), ...overruleCommands(process.env)]
for (const command of cliCommands(process.env, ofDeployments)) program.addCommand(command)
for (const command of currentCommands(process.env)) program.addCommand(command)
program.commandsGroup('Gate commands:')
for (const command of gateCommands(process.env)) program.addCommand(command)
program.commandsGroup('Hook commands:')
for (const command of hookCommands(process.env)) program.addCommand(command)
program.commandsGroup('Server commands:')
for (const command of operatorCommands(process.env)) program.addCommand(command)
program.commandsGroup('Other programs:')
program.addCommand(agentCommand(process.env))
program.addCommand(demoCommand())
program.addCommand(conformanceCommand(process.env))

process.stdout.on('error', leaveUnread)
process.exitCode = await run(process.argv)

/**
 * `slipway deployment list | head -1` is no failure: nobody reads on, so nothing is left to do, but for
 * what ends in order (a server, an agent, a suite that takes away what it made), which is told to.
 */
function leaveUnread(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
  if (process.listenerCount('SIGINT') === 0) process.exit(exitCodes.done)
  process.stdout.off('error', leaveUnread).on('error', () => undefined)
  process.kill(process.pid, 'SIGINT')
}

/** The one place where a failure becomes a line and an exit code. */
async function run(argv: readonly string[]): Promise<number> {
  try {
    await program.parseAsync(argv)
    return Number(process.exitCode ?? exitCodes.done)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.misuse
    if (!(error instanceof Problem)) throw error
    process.stderr.write(`slipway: ${error.message}\n`)
    return exitCodeOf(error)
  }
}
