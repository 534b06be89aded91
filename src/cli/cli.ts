import type { Command } from 'commander'
import { deployCommand } from './deploy.ts'
import { deploymentCommand } from './deployment.ts'
import { repositoryCommands } from './repository.ts'
import type { Environment } from './session.ts'

/**
 * The commands of those who deploy. They use GitHub's API alone, so they work against
 * GitHub as well. `environment` is the process's own, read once by main.
 */
export function cliCommands(environment: Environment): Command[] {
  const core = [deployCommand(environment, 'deploy'), deploymentCommand(environment)]
  return [
    ...core.map((command) => command.helpGroup('Core commands:')),
    ...repositoryCommands(environment).map((command) => command.helpGroup('Setup commands:')),
  ]
}
