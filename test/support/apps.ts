import { createPrivateKey, randomUUID } from 'node:crypto'
import { Octokit } from '@octokit/rest'
import { SignJWT } from 'jose'
import { findAccount } from '../../src/accounts/accounts.ts'
import { type KeyPair, newKeyPair } from '../../src/apps/key-pair.ts'
import type { GitHubApp } from '../../src/apps/model.ts'
import { permissionsIn } from '../../src/auth/permissions.ts'
import { issueAccessToken } from '../../src/installations/access-token.ts'
import { installApp } from '../../src/installations/installations.ts'
import { Secret } from '../../src/lib/secret.ts'
import { createApp, parseManifest, type WithHook } from '../../src/manifests/manifests.ts'
import { findRepositoryById } from '../../src/repositories/repositories.ts'
import type { TestServer } from './server.ts'

/** GitHub Apps as the operator would make them, but for one thing: making keys is slow, so servers share theirs. */
const keys: Promise<KeyPair>[] = []
const counts = new WeakMap<TestServer['app'], number>()

/** No two Apps of one server may have the same. */
function keyFor(app: TestServer['app']): Promise<KeyPair> {
  const count = counts.get(app) ?? 0
  counts.set(app, count + 1)
  keys[count] ??= newKeyPair()
  return keys[count]
}

type Wanted = {
  readonly slug?: string
  readonly owner?: string
  readonly permissions: Readonly<Record<string, 'read' | 'write'>>
  readonly events?: readonly string[]
}

/** A GitHub App on all of its owner's repositories, and the token of that installation. */
export async function installedApp(server: TestServer, wanted: Wanted) {
  const { slug = 'robot', owner = 'octo', permissions, events = [] } = wanted
  const { app } = server
  const { registered: made } = await register(server, {
    name: slug,
    owner,
    default_permissions: permissions,
    default_events: events,
  })
  const installation = await installOn(server, made, { login: owner })
  const narrowed = { permissions: permissionsIn(made.permissions), repository_ids: undefined }
  const { token } = await issueAccessToken(app, made, installation, narrowed)
  return { app: made, installation, token: token.reveal() }
}

type Hooked = {
  readonly owner: string
  readonly url?: string
  readonly secret?: string
  readonly events: readonly string[]
  readonly permissions?: Wanted['permissions']
}

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** A GitHub App with a hook, and the JWT by which it speaks for itself. */
export async function hookedApp(server: TestServer, { owner, url, secret, ...wanted }: Hooked) {
  const name = `robot-${randomUUID().slice(0, 8)}`
  const asks = { default_events: wanted.events, default_permissions: wanted.permissions }
  const hook = { public: true, ...(url && { hook_attributes: { url } }), ...asks }
  const { registered: row, privateKey } = await register(server, { name, owner, ...hook }, secret)
  const jwt = await jwtOf(row, privateKey)

  /** Puts it on an account: on all repositories, or on those with these ids. */
  const install = (login: string, on: Omit<Place, 'login'> = {}) =>
    installOn(server, row, { login, ...on })
  const octokit = new Octokit({ baseUrl: server.apiUrl, auth: jwt, log: quiet })
  return { row, jwt, privateKey, octokit, install }
}

type Manifest = { readonly name: string; readonly owner: string; readonly [more: string]: unknown }

async function register(
  { app }: TestServer,
  { owner, ...manifest }: Manifest,
  secret?: string,
): Promise<WithHook> {
  return await createApp(app, {
    owner: await findAccount(app.store.read, owner),
    manifest: parseManifest({ url: 'https://example.com/robot', ...manifest }),
    webhookSecret: secret === undefined ? undefined : new Secret(secret),
    key: await keyFor(app),
  })
}

const jwtOf = ({ id }: GitHubApp, privateKey: Secret): Promise<string> =>
  new SignJWT({})
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuer(String(id))
    .setIssuedAt(Math.floor(Date.now() / 1000) - 60)
    .setExpirationTime(Math.floor(Date.now() / 1000) + 540)
    .sign(createPrivateKey(privateKey.reveal()))

type Place = {
  readonly login: string
  /** Others than the App asks for. */
  readonly events?: readonly string[]
  readonly ids?: readonly number[]
}

async function installOn({ app }: TestServer, of: GitHubApp, { login, events, ids }: Place) {
  const { read } = app.store
  const account = await findAccount(read, login)
  const repositories = ids && (await Promise.all(ids.map((id) => findRepositoryById(read, id))))
  const asking = events ? { ...of, events: JSON.stringify(events) } : of
  return await installApp(app, asking, { account, repositories: repositories ?? 'all' })
}
