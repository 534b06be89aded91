import { hash, randomBytes } from 'node:crypto'
import type { App } from '../../app.ts'
import { Problem } from '../../lib/problem.ts'
import { isSameText, Secret } from '../../lib/secret.ts'

type Parts = Pick<App, 'signals' | 'now'>

/** What whoever reads the server's terminal has, and nobody else: it makes the first administrator, once. */
type Link = {
  /** Of its token, SHA-256 in hex. */
  readonly hash: string
  readonly endsAt: number
}

export const linkMinutes = 30
const tokenBytes = 32

/** In memory alone: the next start makes another one, and the one before is worth nothing. */
const links = new WeakMap<App['signals'], Link>()

/** The one link of this server from now on; its token is kept nowhere. */
export function newSetupToken({ signals, now }: Parts): Secret {
  const token = new Secret(randomBytes(tokenBytes).toString('base64url'))
  const endsAt = now().getTime() + linkMinutes * 60_000
  links.set(signals, { hash: hashOf(token.reveal()), endsAt })
  return token
}

const hashOf = (token: string) => hash('sha256', token, 'hex')

/** Throws `forbidden` for what is not, or no longer, the token of this server's link. */
export function refuseStranger({ signals, now }: Parts, token: string): void {
  const link = links.get(signals)
  if (!link || !isSameText(link.hash, hashOf(token))) throw new Problem('forbidden', wrong)
  if (link.endsAt <= now().getTime()) throw new Problem('forbidden', ended)
}

const wrong =
  'This is not the token of the link that this server printed when it started last. Copy it from the terminal again.'
const ended = `This link was good for ${linkMinutes} minutes. Start the server again: it prints a new one.`

/**
 * Does what the link is for. Of two at the same time one is refused; where it fails, the link is as good
 * as before. Throws as `refuseStranger`.
 */
export async function spendLink<T>(app: Parts, token: string, act: () => Promise<T>): Promise<T> {
  refuseStranger(app, token)
  const link = links.get(app.signals)
  links.delete(app.signals)
  try {
    return await act()
  } catch (error) {
    if (link) links.set(app.signals, link)
    throw error
  }
}
