import { createHmac, randomBytes } from 'node:crypto'
import type { App } from '../app.ts'
import { Problem } from '../lib/problem.ts'
import type { Flow } from '../openid/model.ts'
import type { SignInFlowRow } from '../tables/accounts.ts'
import { deleteEndedFlows, flowByHash, insertFlow, takeFlow } from './queries.ts'

const flowMinutes = 10
const stateBytes = 32
const statePattern = /^[\w-]{43}$/

type Browser = {
  /** What this browser alone knows, and nobody after signing in: its forms' token. */
  readonly formToken: string
  /** Of the pages, as this browser reaches them. */
  readonly web: string
}

export const callbackPath = '/login/openid/callback'

type Purpose = Pick<SignInFlowRow, 'account_id' | 'return_to'>

/** A browser sets out for the provider. */
export async function startFlow(
  app: Pick<App, 'store' | 'now'>,
  browser: Browser,
  purpose: Purpose,
): Promise<Flow> {
  const state = randomBytes(stateBytes).toString('base64url')
  const now = app.now()
  const ends_at = new Date(now.getTime() + flowMinutes * 60_000).toISOString()
  await app.store.transaction(async (tx) => {
    await tx.all(deleteEndedFlows, { now: now.toISOString() })
    await tx.all(insertFlow, { ...purpose, hash: derived(browser, 'flow', state), ends_at })
  })
  return flowOf(browser, state)
}

type Returned = Purpose & { readonly flow: Flow }

/**
 * The browser is back: the same one, once, and soon. Somebody who is given another's way back, to
 * be signed in as them, is in another browser. Throws `forbidden`.
 */
export async function endFlow(
  app: Pick<App, 'store' | 'now'>,
  browser: Browser,
  state: string,
): Promise<Returned> {
  const asked = { hash: derived(browser, 'flow', state), now: app.now().toISOString() }
  // A look costs less than a transaction, and strangers may come as often as they like.
  const isKnown = statePattern.test(state) && (await app.store.read.first(flowByHash, asked))
  const row = isKnown && (await app.store.transaction((tx) => tx.first(takeFlow, asked)))
  if (row) return { ...row, flow: flowOf(browser, state) }
  const message = `This way back was not begun in this browser, was used already, or took longer than ${flowMinutes} minutes. Sign in again.`
  throw new Problem('forbidden', message)
}

/** Derived rather than kept, so that whoever reads the database can finish nobody's sign-in. */
const flowOf = (browser: Browser, state: string): Flow => ({
  redirectUri: `${browser.web}${callbackPath}`,
  state,
  nonce: derived(browser, 'nonce', state),
  verifier: derived(browser, 'verifier', state),
})

const derived = ({ formToken }: Browser, what: string, state: string) =>
  createHmac('sha256', formToken).update(`${what} ${state}`).digest('base64url')
