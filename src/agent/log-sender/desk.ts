import { createHash } from 'node:crypto'
import { appendLog, findSlipway, openClient, ownApiUrlOf } from '../../client/client.ts'
import type { Secret } from '../../lib/secret.ts'

/** Which deployment of a forge's. */
type DeskPlace = { readonly repository: string; readonly id: number }

/** A forge, as far as it keeps logs. */
export type Desk = AsyncDisposable & {
  /** Where it will show this log; undefined where it keeps none. Asked once, unless it could not be reached. */
  findPage(place: DeskPlace, log: string): Promise<string | undefined>
  /** Says how many bytes it has then. */
  append(place: DeskPlace, offset: number, bytes: Uint8Array): Promise<number>
}

export type DeskOptions = {
  readonly apiUrl: string
  readonly token: Secret
  readonly userAgent: string
  /** Ends every request. */
  readonly signal: AbortSignal
}

/** Asks nothing yet. */
export function openDesk(options: DeskOptions): Desk {
  const own = openClient({ ...options, apiUrl: ownApiUrlOf(options.apiUrl) })
  const client = openClient(options)
  let asked: Promise<string | undefined> | undefined

  function findIt(): Promise<string | undefined> {
    asked ??= findSlipway(client).catch((error: unknown) => {
      asked = undefined
      throw error
    })
    return asked
  }

  return {
    findPage: async (place, log) => {
      const slipway = await findIt()
      return slipway === undefined ? undefined : pageOf(slipway, place, log)
    },
    append: (place, offset, bytes) => appendLog(own, place, { offset, bytes }),
    [Symbol.asyncDispose]: async () => {
      await client[Symbol.asyncDispose]()
      await own[Symbol.asyncDispose]()
    },
  }
}

/**
 * The deployment's page, at its log. Agents that all accepted a deployment tell their statuses apart by
 * their links (agent 3.2), so each names its log, but not by the secret of its own page.
 */
function pageOf(slipway: string, { repository, id }: DeskPlace, log: string): string {
  const name = createHash('sha256').update(log).digest('hex').slice(0, 16)
  return `${slipway}/${repository}/deployments/${id}?log=${name}#log-title`
}
