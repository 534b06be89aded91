import type { FastifyReply, FastifyRequest } from 'fastify'
import { getCookies, Headers, setCookie } from 'undici'
import type { App } from '../../app.ts'
import { Problem } from '../../lib/problem.ts'
import type { Secret } from '../../lib/secret.ts'
import type { Urls } from '../../lib/urls.ts'
import { type Session, sessionMs } from '../../sessions/model.ts'
import { findSession, isFormToken, newVisitorKey, visitorKeyIn } from '../../sessions/sessions.ts'

/** Who is in front of the browser. Everybody has a key, so that everybody's forms can be told from forged ones. */
export type Visitor = {
  readonly key: Secret
  readonly isNew: boolean
  readonly session: Session | undefined
}

export async function findVisitor(app: App, request: FastifyRequest, urls: Urls): Promise<Visitor> {
  const key = visitorKeyIn(cookiesOf(request)[cookieName(urls)])
  if (!key) return { key: newVisitorKey(), isNew: true, session: undefined }
  return { key, isNew: false, session: await findSession(app, key, request.ip) }
}

/** Node lets nothing into a header that cannot be in one; whatever else a cookie holds is only not ours. */
const cookiesOf = ({ headers: { cookie = '' } }: FastifyRequest) =>
  getCookies(new Headers({ cookie }))

/** A browser takes a `__Host-` cookie over TLS alone, and from this very host. */
const cookieName = (urls: Urls) => (isSecure(urls) ? '__Host-slipway' : 'slipway')
const isSecure = (urls: Urls) => urls.web.startsWith('https:')

export function setVisitorKey(reply: FastifyReply, urls: Urls, key: Secret): void {
  const headers = new Headers()
  setCookie(headers, {
    name: cookieName(urls),
    value: key.reveal(),
    path: '/',
    httpOnly: true,
    sameSite: 'Lax',
    secure: isSecure(urls),
    maxAge: sessionMs / 1000,
  })
  reply.header('set-cookie', headers.getSetCookie())
}

/** Throws `forbidden` for a form that this server did not give to this browser. */
export function refuseForgery(visitor: Visitor, request: FastifyRequest, formToken = ''): void {
  const site = request.headers['sec-fetch-site']
  const isElsewhere = site === 'cross-site' || site === 'same-site'
  if (!isElsewhere && !visitor.isNew && isFormToken(visitor.key, formToken)) return
  throw new Problem(
    'forbidden',
    'This form is not from this browser, or is too old. Go back, reload the page and try again.',
  )
}
