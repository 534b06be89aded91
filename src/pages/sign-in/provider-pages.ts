import { recordRefusal } from '../../audit/audit.ts'
import { answerFor } from '../../http/errors.ts'
import { endFlow, startFlow } from '../../identities/flows.ts'
import { admit, linkIdentity } from '../../identities/identities.ts'
import { notFound, Problem } from '../../lib/problem.ts'
import type { Provider } from '../../openid/openid.ts'
import type { Person } from '../../openid/parse-person.ts'
import { userAgentCharactersMax } from '../../sessions/model.ts'
import { startSession } from '../../sessions/sessions.ts'
import { countTry, forgiveTry } from '../../tries/tries.ts'
import type { Page, Redirect, Visit, WebAnswer } from '../web/route.ts'
import { limitFrom, tooManyTries } from './password.ts'
import { passwordPath, passwordRefusal } from './password-pages.ts'
import { localPath, signInPage } from './sign-in-form.ts'

/** Throws `not_found` where nobody signs in elsewhere. */
export function providerOf({ app }: Visit): Provider {
  if (!app.provider) throw notFound()
  return app.provider
}

export async function setOut(visit: Visit): Promise<WebAnswer> {
  const { app, form, session } = visit
  const provider = providerOf(visit)
  const returnTo = localPath(form['return_to'])
  if (session) return { kind: 'redirect', to: returnTo, isByPage: true }
  try {
    const isWithin = await countTry(app, [limitFrom(visit.address)])
    if (!isWithin) throw tooManyTries()
    return await leadThere(visit, provider, { account_id: null, return_to: returnTo })
  } catch (error) {
    return refused(visit, error, returnTo)
  }
}

/** By a page of ours: the policy of forms lets nobody be sent elsewhere. Throws `unavailable`. */
export async function leadThere(
  { app, formToken, urls }: Visit,
  provider: Provider,
  purpose: Parameters<typeof startFlow>[2],
): Promise<Redirect> {
  const flow = await startFlow(app, { formToken, web: urls.web }, purpose)
  return { kind: 'redirect', to: await provider.findSignInUrl(flow), isByPage: true }
}

/** What the provider sends a browser back to. */
export async function comeBack(visit: Visit): Promise<WebAnswer> {
  const { app, formToken, urls, query } = visit
  const provider = providerOf(visit)
  try {
    const browser = { formToken, web: urls.web }
    const { flow, account_id, return_to } = await endFlow(app, browser, query['state'] ?? '')
    const find = () => provider.findPerson(flow, query)
    if (account_id === null) return await signInAs(visit, find, return_to)
    return await linkTo(visit, find, account_id)
  } catch (error) {
    await recordRefusal(app, { action: 'sign_in.failed' }, error)
    if (visit.session) throw error
    return refused(visit, error)
  }
}

type Find = () => Promise<Person>

async function signInAs(visit: Visit, find: Find, returnTo: string): Promise<WebAnswer> {
  const { app, address } = visit
  const { settings } = providerOf(visit)
  let subject: string | undefined
  try {
    const person = await find()
    subject = `${person.subject} of ${settings.issuer}`
    const account = await admit(app, settings, person)
    await forgiveTry(app, [limitFrom(address)])
    const user_agent = visit.userAgent.slice(0, userAgentCharactersMax)
    const key = await startSession(app, account, { address, user_agent, method: 'openid' })
    return { kind: 'redirect', to: returnTo, key }
  } catch (error) {
    await recordRefusal(app, { action: 'sign_in.failed', ...(subject && { subject }) }, error)
    return refused(visit, error, returnTo)
  }
}

async function linkTo(visit: Visit, find: Find, accountId: number): Promise<WebAnswer> {
  const { app, session } = visit
  // Signed out meanwhile, by another browser of theirs.
  if (session?.account_id !== accountId) return { kind: 'redirect', to: '/login' }
  const { account } = session
  const { settings } = providerOf(visit)
  try {
    await linkIdentity(app, { settings, person: await find(), account })
    return { kind: 'redirect', to: `${passwordPath}?linked` }
  } catch (error) {
    const line = { action: 'identity.link', owner_id: accountId, subject: account.login }
    await recordRefusal(app, line, error)
    return await passwordRefusal({ ...visit, session }, error)
  }
}

/** Signing in by password is as near as ever. */
function refused(visit: Visit, error: unknown, returnTo = '/'): Page {
  if (!(error instanceof Problem)) throw error
  const page = signInPage(visit, { returnTo, message: error.message })
  return { ...page, status: answerFor(error, '').status }
}
