import type { Account } from '../accounts/model.ts'
import { findNameFault } from '../apps/apps.ts'
import { Problem } from '../lib/problem.ts'
import { answerForm } from '../pages/dashboard/form.ts'
import { findOwner, settingsPathOf } from '../pages/dashboard/owner.ts'
import type { Redirect, UserVisit, Visit, WebAnswer, WebRoute } from '../pages/web/route.ts'
import { checkAsked, createManifestCode, parseManifest } from './manifests.ts'
import type { AppManifest } from './model.ts'
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
  if (query['manifest'] === undefined) return emptyPage(baseOf(params))
  const manifest = manifestIn(query)
  checkAsked(app, manifest)
  // Its name can be changed here, so the page is shown also where it cannot be, or is still missing.
  const { name } = manifest
  const refusal = name === '' ? undefined : await findNameFault(app.store.read, name)
  return pageOf(visit, { owner, manifest, fields: query, refusal })
}

type Shown = {
  readonly owner: Account
  readonly manifest: AppManifest
  /** What was brought. */
  readonly fields: Visit['form']
  readonly refusal: string | undefined
}

const pageOf = (visit: UserVisit, { fields, ...shown }: Shown) =>
  manifestPage(visit, {
    ...shown,
    base: baseOf(visit.params),
    fields: {
      manifest: fields['manifest'] ?? '',
      ...(fields['state'] && { state: fields['state'] }),
    },
  })

/** What was shown is parsed again: a form is from outside. */
async function agree(visit: UserVisit): Promise<WebAnswer> {
  const { app, form } = visit
  const owner = await findOwner(visit)
  const asked = manifestIn(form)
  const manifest = { ...asked, name: form['name'] ?? asked.name }
  return await answerForm(
    async () => {
      const code = (await createManifestCode(app, owner, manifest)).reveal()
      return manifest.redirect_url === undefined
        ? agreedPage(visit, code)
        : sendBack(manifest.redirect_url, { code, state: form['state'] })
    },
    async (refusal) => pageOf(visit, { owner, manifest, fields: form, refusal }),
  )
}

function sendBack(
  address: string,
  { code, state }: { readonly code: string; readonly state: string | undefined },
): Redirect {
  const to = new URL(address)
  to.searchParams.set('code', code)
  if (state !== undefined) to.searchParams.set('state', state)
  return { kind: 'redirect', to: to.href, isByPage: true }
}

const baseOf = (params: Visit['params']) => `${settingsPathOf(params)}/apps`

function manifestIn(fields: Visit['form']): AppManifest {
  const text = Buffer.from(fields['manifest'] ?? '', 'base64url').toString('utf8')
  try {
    return parseManifest(JSON.parse(text))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new Problem('invalid', `The manifest cannot be read as JSON: ${error.message}`)
  }
}
