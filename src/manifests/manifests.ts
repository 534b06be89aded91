import { randomBytes } from 'node:crypto'
import { findAccountById } from '../accounts/accounts.ts'
import type { Account } from '../accounts/model.ts'
import type { App } from '../app.ts'
import {
  findNameFault,
  type NewApp,
  type Registered,
  type Registration,
  refuseUnknown,
  registerApp,
} from '../apps/apps.ts'
import { changeApp, deleteApp } from '../apps/change-app.ts'
import type { GitHubApp } from '../apps/model.ts'
import { tokenHash } from '../auth/token-text.ts'
import { findHooks } from '../hooks/find-hooks.ts'
import { createAppHook, removeHook } from '../hooks/hooks.ts'
import { holderOfApp } from '../hooks/model.ts'
import { narrowInstallations } from '../installations/installations.ts'
import { notFound, Problem } from '../lib/problem.ts'
import { Secret } from '../lib/secret.ts'
import { addressPolicyFor } from '../network/address-policy.ts'
import { parseHookUrl } from '../network/hook-url.ts'
import type { Db, Tx } from '../store/engine.ts'
import { type AppManifest, appManifest } from './model.ts'
import { deleteExpiredManifests, insertManifest, manifestByCode, takeManifest } from './queries.ts'

type Registering = Pick<App, 'store' | 'now' | 'signals' | 'seal' | 'urls' | 'webhookAllow' | 'who'>

/** GitHub: a code must be used within one hour. */
const codeLifetimeMs = 60 * 60 * 1000

/** The secret is null where the App has no hook. */
export type WithHook = Registered & { readonly webhookSecret: Secret | null }

/** Throws `invalid`, naming every member that is wrong. */
export function parseManifest(value: unknown): AppManifest {
  const parsed = appManifest.safeParse(value)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'It'}: ${message}`,
  )
  throw new Problem('invalid', `This is no manifest of an App. ${faults.join('; ')}`)
}

/**
 * The first half of registering by manifest: the owner has agreed, and whoever
 * has the code may fetch the App with its secrets, once, within an hour. Throws
 * `invalid` for an App that cannot be.
 */
export async function createManifestCode(
  app: Registering,
  owner: Account,
  manifest: AppManifest,
): Promise<Secret> {
  await checkManifest(app, manifest)
  const code = new Secret(randomBytes(20).toString('hex'))
  const now = app.now()
  await app.store.transaction(async (tx) => {
    await tx.all(deleteExpiredManifests, { now: now.toISOString() })
    await tx.all(insertManifest, {
      code_hash: tokenHash(code.reveal()),
      owner_id: owner.id,
      manifest: JSON.stringify(manifest),
      expires_at: new Date(now.getTime() + codeLifetimeMs).toISOString(),
    })
  })
  return code
}

/** The second half. Throws `not_found` for a code that is wrong, used or too old. */
export async function convertManifest(app: Registering, code: string): Promise<WithHook> {
  const given = { code_hash: tokenHash(code), now: app.now().toISOString() }
  const agreed = await findAgreed(app.store.read, given)
  return await register(app, agreed, async (tx) => {
    if (!(await tx.first(takeManifest, given))) throw notFound()
  })
}

async function findAgreed(db: Db, given: { readonly code_hash: string; readonly now: string }) {
  const row = await db.first(manifestByCode, given)
  const owner = row && (await findAccountById(db, row.owner_id))
  if (!owner) throw notFound()
  return { owner, manifest: appManifest.parse(JSON.parse(row.manifest)) }
}

export type Wanted = {
  readonly owner: Account
  readonly manifest: AppManifest
  /** Made up where it is not given. */
  readonly webhookSecret?: Secret | undefined
  readonly key?: NewApp['key']
}

/** Both halves at once, for whoever runs the server. Throws `invalid` for an App that cannot be. */
export async function createApp(app: Registering, wanted: Wanted): Promise<WithHook> {
  await checkManifest(app, wanted.manifest)
  return await register(app, wanted, async () => {})
}

/** Throws `invalid` for an App that cannot be. */
async function checkManifest(app: Registering, manifest: AppManifest): Promise<void> {
  const fault = await findNameFault(app.store.read, manifest.name)
  if (fault) throw new Problem('invalid', fault)
  checkAsked(app, manifest)
}

/** Throws `invalid` for an App that cannot be, whatever it is called. */
export function checkAsked(app: Pick<Registering, 'webhookAllow'>, manifest: AppManifest): void {
  refuseUnknown(manifest.default_permissions)
  const { hook_attributes } = manifest
  if (!hook_attributes) return
  const verdict = parseHookUrl(hook_attributes.url, addressPolicyFor(app.webhookAllow))
  if (verdict.kind !== 'accepted') {
    throw new Problem('invalid', `Hooks may not be sent to ${hook_attributes.url}`)
  }
}

/** An App as another manifest says; its hook stays what it is. Throws `invalid`. */
export const editApp = (
  app: Registering,
  before: GitHubApp,
  manifest: AppManifest,
): Promise<GitHubApp> =>
  changeApp(app, before, registrationOf(manifest), (tx, after) =>
    narrowInstallations(app, tx, after),
  )

/** With its hook: what was to be sent is not sent any more. */
export async function removeApp(app: Registering, of: GitHubApp): Promise<void> {
  const holder = holderOfApp(of)
  const { hooks } = await findHooks(app.store.read, holder, { limit: 1, offset: 0 })
  for (const { id } of hooks) await removeHook(app, holder, id)
  await deleteApp(app, of)
}

const registrationOf = (manifest: AppManifest): Registration => ({
  name: manifest.name,
  description: manifest.description ?? null,
  external_url: manifest.url,
  setup_url: manifest.setup_url ?? null,
  public: manifest.public ? 1 : 0,
  device_flow: manifest.device_flow ? 1 : 0,
  callback_urls: manifest.callback_urls,
  permissions: manifest.default_permissions,
  events: manifest.default_events,
})

/** `admit` is asked in the transaction that makes the App. */
async function register(
  app: Registering,
  { owner, manifest, ...given }: Wanted,
  admit: (tx: Tx) => Promise<void>,
): Promise<WithHook> {
  const made = given.webhookSecret ?? new Secret(randomBytes(20).toString('hex'))
  const webhookSecret = manifest.hook_attributes ? made : null
  const wanted = { owner, registration: registrationOf(manifest), key: given.key }
  const registered = await registerApp(app, wanted, async (tx, of) => {
    await admit(tx)
    const { hook_attributes: hook, default_events: events } = manifest
    if (hook && webhookSecret) {
      await createAppHook(app, tx, of, { ...hook, events, secret: webhookSecret.reveal() })
    }
  })
  return { ...registered, webhookSecret }
}
