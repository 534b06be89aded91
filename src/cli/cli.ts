import type { Command } from 'commander'
import { deployCommand } from './deploy.ts'
import { deploymentCommand } from './deployment.ts'
import { repositoryCommands } from './repository.ts'
import type { Environment } from './session.ts'

/**
 * The commands of those who deploy. They use GitHub's API alone, so they work against
 * GitHub as well. `environment` is the process's own, read once by main; `ofDeployments` are
 * further commands of `slipway deployment`.
 */
export function cliCommands(
  environment: Environment,
  ofDeployments: readonly Command[] = [],
): Command[] {
  const deployment = deploymentCommand(environment)
  for (const command of ofDeployments) deployment.addCommand(command)
  const core = [deployCommand(environment, 'deploy'), deployment]
  return [
    ...core.map((command) => command.helpGroup('Core commands:')),
    ...repositoryCommands(environment).map((command) => command.helpGroup('Setup commands:')),
  ]
}
