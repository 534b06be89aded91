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

process.exitCode = await run(process.argv)

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
