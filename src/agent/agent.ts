import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import { newCommand, stopSignal } from '../lib/command-line.ts'
import { openLog } from '../lib/log.ts'
import { Problem } from '../lib/problem.ts'

type Environment = Readonly<Record<string, string | undefined>>
type Flags = { readonly config: string; readonly pretty?: true; readonly logLevel: string }

/** `slipway agent`: runs until it is told to stop. `environment` is the process's own, read once by main. */
export function agentCommand(environment: Environment): Command {
  return newCommand('agent', {
    summary: 'Carry deployments to your servers over SSH',
    description:
      'Runs the agent: it takes deployments in by webhook or by polling, deploys them to the hosts of agent.yml over SSH, and reports their statuses. It needs only the API, so it works for GitHub as well.',
    examples: ['slipway agent --config /etc/slipway/agent.yml'],
  })
    .requiredOption('--config <file>', "The operator's file: repositories, hosts, keys, secrets")
    .option('--log-level <level>', 'trace, debug, info, warn, error or silent', 'info')
    .option('--pretty', 'Log for people instead of one JSON object a line')
    .action((flags: Flags) => runAgent(flags, environment))
}

async function runAgent(flags: Flags, environment: Environment): Promise<void> {
  // Loaded only now, so that the other commands start without it.
  const [{ parseAgentConfig }, { openRemote }, { startAgent }] = await Promise.all([
    import('./recipe/recipe.ts'),
    import('./remote/remote.ts'),
    import('./assembly.ts'),
  ])
  const file = resolve(flags.config)
  const config = parseAgentConfig(await readConfigFile(file), file)
  const stopped = stopSignal()
  await using agent = await startAgent({
    config,
    places: {
      env: environment,
      credentialsDirectory:
        environment['CREDENTIALS_DIRECTORY'] ?? join(dirname(file), 'credentials'),
    },
    log: openLog({ level: flags.logLevel, pretty: flags.pretty === true }),
    openRemote,
    ...(environment['AGENT_CRASH_AT'] ? { crashAt: environment['AGENT_CRASH_AT'] } : {}),
  })
  process.stdout.write(`The agent ${config.agent.id} listens on ${agent.url}\n`)
  await stopped
}

const readConfigFile = (file: string) =>
  readFile(file, 'utf8').catch((error: Error) => {
    throw new Problem('not_found', `Cannot read ${file}: ${error.message}`)
  })
