import type { Command } from 'commander'
import type { Environment } from '../session.ts'
import { canDeployCommand } from './can-deploy.ts'
import { freezeCommand } from './freeze.ts'
import { lockCommand, unlockCommand } from './lock.ts'
import { breakGlassCommand, overtakeCommand } from './overrule.ts'

/** The commands of those who say when something may be deployed, and of those who want to know. */
export const gateCommands = (environment: Environment): Command[] => [
  canDeployCommand(environment),
  lockCommand(environment),
  unlockCommand(environment),
  freezeCommand(environment),
]

/** Those of `slipway deployment` among them. */
export const overruleCommands = (environment: Environment): Command[] => [
  breakGlassCommand(environment),
  overtakeCommand(environment),
]
