import type { HostFailure, ReleaseName, RunOutcome, Undone } from './model.ts'

const descriptionMax = 140

/** At most 140 characters, as a status takes them; never half a character. */
export function shorten(text: string, max: number = descriptionMax): string {
  const line = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
  const characters = [...line]
  return characters.length <= max ? line : `${characters.slice(0, max - 1).join('')}…`
}

/** How a single host's part ended. `errored`: it could not be carried out. */
export type HostOutcome =
  | { readonly kind: 'done'; readonly output: string }
  | { readonly kind: 'failed' | 'errored'; readonly reason: string }
  | { readonly kind: 'stopped' }

/** What ends a run early. */
export type Trouble =
  | { readonly kind: 'failed' | 'errored'; readonly host: string | null; readonly reason: string }
  | { readonly kind: 'cancelled' }

const nothingUndone: Undone = { rolledBack: [], stranded: [] }

export function succeeded(about: {
  readonly release: ReleaseName
  readonly hosts: readonly string[]
  readonly skipped: readonly HostFailure[]
  readonly seconds: number
}): RunOutcome {
  const { release, hosts, skipped, seconds } = about
  const [id, sha] = release.split('-')
  const all = hosts.length + skipped.length
  const part = skipped.length > 0 ? `${hosts.length}/${all}` : `${all}`
  const without = skipped.map(({ host }) => `; ${host} skipped`).join('')
  const unit = all === 1 ? 'host' : 'hosts'
  const description = shorten(`v${id} ${sha} on ${part} ${unit} in ${seconds} s${without}`)
  return { kind: 'succeeded', release, hosts, skipped, description }
}

/** The end of a run that had trouble, with what was undone and what could not be. */
export function ended(
  trouble: Trouble,
  undone: Undone = nothingUndone,
  rollback: 'failure' | 'never' = 'failure',
): RunOutcome {
  const tail = undoneTail(undone, rollback)
  if (trouble.kind === 'cancelled') {
    return { kind: 'cancelled', ...undone, description: shorten(`Cancelled${tail}`) }
  }
  const { kind, host, reason } = trouble
  // The tail tells what is on the hosts now: it must not be what is cut off.
  const whole = host === null || reason.startsWith(host) ? reason : `${host}: ${reason}`
  const head = shorten(whole, Math.max(40, descriptionMax - [...tail].length))
  return { kind, host, reason, ...undone, description: shorten(`${head}${tail}`) }
}

function undoneTail({ rolledBack, stranded }: Undone, rollback: 'failure' | 'never'): string {
  if (rollback === 'never' && stranded.length > 0) {
    return `; left on ${stranded.map(({ host }) => host).join(', ')}`
  }
  const stuck = stranded.map(({ host, reason }) => `${host} (${reason})`).join(', ')
  if (stuck !== '') return `; ROLLBACK FAILED on ${stuck}`
  return rolledBack.length > 0 ? `; ${rolledBack.join(', ')} rolled back` : ''
}
