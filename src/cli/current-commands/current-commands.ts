import type { Command } from 'commander'
import type { Environment } from '../session.ts'
import { rollbackCommand } from './rollback.ts'
import { whereCommand } from './where.ts'

/** The commands of those who ask what is where, and take it back: only Slipway answers them. */
export const currentCommands = (environment: Environment): Command[] =>
  [rollbackCommand(environment), whereCommand(environment)].map((command) =>
    command.helpGroup('Core commands:'),
  )

/** Those of `slipway deployment` among them. */
export const deploymentCommands = (environment: Environment): Command[] => [
  rollbackCommand(environment),
]
