import type { Command } from 'commander'
import { newCommand } from '../../lib/command-line.ts'
import { parseId, type RepositoryFlags, withRepositoryFlags } from '../flags.ts'
import { ago, type Cell, oneLine, printTable, symbolOf } from '../screen.ts'
import { type Environment, inRepository, type RepositorySession } from '../session.ts'
import { answerOf } from './list.ts'
import { type Delivery, type Hook, nameOf } from './model.ts'

const shownMax = 10
const headers = ['DELIVERY', 'EVENT', 'ANSWER', 'TIME', 'DATE', 'GUID']

export function showCommand(environment: Environment): Command {
  const command = newCommand('show', {
    summary: 'A hook, and what it was sent last',
    examples: ['slipway hooks show 7 -R octo/docs'],
  }).argument('<id>', 'The number of the hook', parseId)
  return withRepositoryFlags(command).action(async (id: number, flags: RepositoryFlags) => {
    await inRepository(environment, flags, (session) => show(session, id))
  })
}

async function show(session: RepositorySession, id: number): Promise<void> {
  const { client, repository, screen } = session
  const path = `/repos/${repository}/hooks/${id}`
  const hook = (await client.request({ method: 'GET', path })) as Hook
  const { data, messages } = screen
  const { url = '', content_type = 'form' } = hook.config
  const symbol = symbolOf(hook.active ? 'success' : 'inactive', data)
  data.line(`${symbol} Hook ${id} of ${repository}: ${hook.active ? 'active' : 'paused'}`)
  data.line(`  sends   ${hook.events.join(', ')} as ${content_type}`)
  data.line(`  to      ${oneLine(url)}`)
  data.line(`  last    ${answerOf(hook)}`)
  const deliveries = await findDeliveries(session, id, shownMax)
  if (deliveries.length === 0) messages.line('Nothing was sent yet.')
  else printTable(data, headers, deliveries.map(deliveryRow))
}

/** The newest attempts, newest first. */
export async function findDeliveries(
  { client, repository }: RepositorySession,
  id: number,
  count: number,
): Promise<Delivery[]> {
  const path = `/repos/${repository}/hooks/${id}/deliveries`
  const query = { per_page: String(count) }
  return (await client.request({ method: 'GET', path, query })) as Delivery[]
}

export const deliveryRow = (delivery: Delivery): Cell[] => [
  { shown: String(delivery.id) },
  { shown: `${nameOf(delivery)}${delivery.redelivery ? ' (again)' : ''}` },
  { shown: delivery.status_code > 0 ? String(delivery.status_code) : oneLine(delivery.status) },
  { shown: `${Math.round(delivery.duration * 1000)} ms` },
  { shown: ago(delivery.delivered_at, new Date()), exact: delivery.delivered_at },
  { shown: delivery.guid },
]
