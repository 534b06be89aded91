import { Problem } from '../lib/problem.ts'
import { findOwner, settingsPathOf } from '../pages/dashboard/owner.ts'
import type { UserVisit, Visit, WebAnswer, WebRoute } from '../pages/web/route.ts'
import { checkManifest, createManifestCode, parseManifest } from './manifests.ts'
import { agreedPage, emptyPage, manifestPage } from './pages.ts'

const ofPeople = '/settings/apps'
const ofOrganizations = '/organizations/:org/settings/apps'

/** Where programs send people to have an App registered (GitHub: "Registering a GitHub App from a manifest"). */
export const manifestPages: readonly WebRoute[] = [ofPeople, ofOrganizations].flatMap(
  (base): WebRoute[] => [
    { method: 'POST', path: `${base}/new`, for: 'program', handler: receive },
    { method: 'GET', path: `${base}/new`, for: 'user', handler: show },
    { method: 'POST', path: base, for: 'user', handler: agree },
  ],
)

/** It travels in an address from here on, of which a server reads 16 KB in all. */
const manifestBytesMax = 8 * 1024

/**
 * The form comes from the program's own site, so the browser sends no cookie with it:
 * who is there, and whether they are signed in, is seen by the page that this leads to.
 */
async function receive({ form, params, query }: Visit): Promise<WebAnswer> {
  const text = form['manifest'] ?? ''
  if (Buffer.byteLength(text) > manifestBytesMax) {
    throw new Problem('too_large', 'A manifest has 8 KB at most: register the App by hand.')
  }
  const state = form['state'] ?? query['state']
  const carried = new URLSearchParams({
    manifest: Buffer.from(text).toString('base64url'),
    ...(state === undefined ? {} : { state }),
  })
  return { kind: 'redirect', to: `${baseOf(params)}/new?${carried}` }
}

async function show(visit: UserVisit): Promise<WebAnswer> {
  const { app, params, query } = visit
  const owner = await findOwner(visit)
  const base = baseOf(params)
  const { manifest, state } = query
  if (manifest === undefined) return emptyPage(base)
  const asked = manifestIn(Buffer.from(manifest, 'base64url').toString('utf8'))
  await checkManifest(app, asked)
  return manifestPage(visit, {
    base,
    owner,
    manifest: asked,
    fields: { manifest, ...(state && { state }) },
  })
}

/** What was shown is parsed again: a form is from outside. */
async function agree(visit: UserVisit): Promise<WebAnswer> {
  const { app, form } = visit
  const owner = await findOwner(visit)
  const text = Buffer.from(form['manifest'] ?? '', 'base64url').toString('utf8')
  const asked = manifestIn(text)
  const manifest = { ...asked, name: form['name'] ?? asked.name }
  const code = (await createManifestCode(app, owner, manifest)).reveal()
  if (manifest.redirect_url === undefined) return agreedPage(visit, code)
  const to = new URL(manifest.redirect_url)
  to.searchParams.set('code', code)
  if (form['state'] !== undefined) to.searchParams.set('state', form['state'])
  return { kind: 'redirect', to: to.href, isByPage: true }
}

const baseOf = (params: Visit['params']) => `${settingsPathOf(params)}/apps`

function manifestIn(text: string) {
  try {
    return parseManifest(JSON.parse(text))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new Problem('invalid', `The manifest cannot be read as JSON: ${error.message}`)
  }
}
