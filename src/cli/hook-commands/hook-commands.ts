import type { Command } from 'commander'
import { newCommand } from '../../lib/command-line.ts'
import type { Environment } from '../session.ts'
import { eventsReplayCommand } from './events-replay.ts'
import { eventsTailCommand } from './events-tail.ts'
import { listCommand } from './list.ts'
import { redeliverCommand } from './redeliver.ts'
import { showCommand } from './show.ts'
import { pauseCommand, resumeCommand } from './switch.ts'
import { tailCommand } from './tail.ts'

/** The commands of those who look after a repository's hooks, or build what listens to them. */
export const hookCommands = (environment: Environment): Command[] => [
  newCommand('hooks', { summary: "Look after a repository's hooks" })
    .addCommand(listCommand(environment))
    .addCommand(showCommand(environment))
    .addCommand(pauseCommand(environment))
    .addCommand(resumeCommand(environment))
    .addCommand(redeliverCommand(environment))
    .addCommand(tailCommand(environment)),
  newCommand('events', { summary: "Read and replay a repository's events" })
    .addCommand(eventsTailCommand(environment))
    .addCommand(eventsReplayCommand(environment)),
]
