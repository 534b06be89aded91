import { type Client, type Patience, take, untilAnswered } from '../client/client.ts'
import { ApiProblem, type Deployment } from '../client/model.ts'
import { type Claim, decideClaim, type SeenStatus } from './decide-intake.ts'
import { logUrlOf } from './ending.ts'
import { type Accepted, nameOf, type Place } from './ledger/model.ts'
import type { Parts } from './model.ts'

/** More statuses than these are noise; what was first among them does not matter any more. */
const statusesMax = 1000

/** A deployment as the forge has it now. Waits while the forge cannot be reached. */
export async function readAgain(
  parts: Parts,
  place: Place,
): Promise<{ deployment: Deployment | 'gone'; statuses: readonly SeenStatus[] }> {
  return await patiently(parts, place, parts.signal, async (client) => {
    const deployment = await client.getDeployment(place.repository, place.id).catch(goneOr)
    const statuses = deployment === 'gone' ? [] : await readStatuses(client, place)
    return { deployment, statuses }
  })
}

function goneOr(error: unknown): 'gone' {
  if (error instanceof ApiProblem && error.status === 404) return 'gone'
  throw error
}

/** Where the forge will show a log; undefined where it shows none. Waits while it cannot be reached. */
export const findLogPage = (parts: Parts, place: Place, log: string): Promise<string | undefined> =>
  patiently(parts, place, parts.signal, () => parts.logSender.findPage(place, log))

/** Whether a deployment that we accepted is still ours to run. Waits while the forge cannot be reached. */
export async function readClaim(
  parts: Parts,
  place: Place,
  accepted: Accepted,
  signal: AbortSignal,
): Promise<Claim> {
  return await patiently(parts, place, signal, async (client) => {
    try {
      return decideClaim(await readStatuses(client, place), logUrlOf(parts, accepted))
    } catch (error) {
      return goneOr(error) && 'withdrawn'
    }
  })
}

async function readStatuses(client: Client, { repository, id }: Place): Promise<SeenStatus[]> {
  const statuses = await take(client.listStatuses(repository, id), statusesMax)
  return statuses.map(({ id: statusId, state, log_url = '' }) => ({ id: statusId, state, log_url }))
}

async function patiently<T>(
  parts: Parts,
  place: Place,
  signal: AbortSignal,
  ask: (client: Client) => Promise<T>,
): Promise<T> {
  const client = parts.forges.get(place.forge)?.client
  if (client === undefined) throw new Error(`agent.yml no longer has the forge "${place.forge}"`)
  return await untilAnswered(() => ask(client), patienceOf(parts, place, signal))
}

/** Waits for the forge as long as the agent runs and `signal` lets it, and says so. */
export const patienceOf = (parts: Parts, place: Place, signal: AbortSignal): Patience => ({
  signal: AbortSignal.any([signal, parts.signal]),
  onProblem: ({ message }, waitMs) =>
    parts.log.warn(
      { deployment: nameOf(place), problem: message, wait_ms: waitMs },
      'forge.waiting',
    ),
})
