import { setTimeout as wait } from 'node:timers/promises'
import type { Command } from 'commander'
import { newCommand } from '../../lib/command-line.ts'
import { parseId, type RepositoryFlags, withRepositoryFlags } from '../flags.ts'
import { type Environment, inRepository, type RepositorySession } from '../session.ts'
import type { Delivery } from './model.ts'
import { deliveryRow, findDeliveries } from './show.ts'

const pollMs = 2000
const shownAtFirst = 10
const perPageMax = 100

export function tailCommand(environment: Environment): Command {
  const command = newCommand('tail', {
    summary: 'Follow what a hook is sent, until Ctrl-C',
    examples: ['slipway hooks tail 7 -R octo/docs'],
  }).argument('<id>', 'The number of the hook', parseId)
  return withRepositoryFlags(command).action(async (id: number, flags: RepositoryFlags) => {
    await inRepository(environment, flags, (session) => tail(session, id))
  })
}

/** GitHub has no other way to hear of deliveries than to ask for the newest again. */
async function tail(session: RepositorySession, id: number): Promise<never> {
  let shown = 0
  for (let count = shownAtFirst; ; count = perPageMax) {
    const newest = await findDeliveries(session, id, count)
    const fresh = newest.filter((delivery) => delivery.id > shown).reverse()
    for (const delivery of fresh) session.screen.data.line(lineOf(delivery))
    shown = fresh.at(-1)?.id ?? shown
    await wait(pollMs)
  }
}

const lineOf = (delivery: Delivery) =>
  deliveryRow(delivery)
    .map(({ shown, exact }) => exact ?? shown)
    .join('\t')
