import { createOrganization } from '../../src/accounts/accounts.ts'
import type { Account } from '../../src/accounts/model.ts'
import type { Repository } from '../../src/repositories/model.ts'
import { hookedApp, installedApp } from '../support/apps.ts'
import type { EngineName } from '../support/engines.ts'
import { startReceiver } from '../support/receiver.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { type Ask, type Recorder, record } from './recorder.ts'

/** Where a scenario plays, and who takes part. */
export type Scene = {
  readonly server: TestServer
  readonly receiver: { readonly url: string }
  readonly owner: Account
  readonly repository: Repository
  /** The repository's address, by name or by id. */
  readonly base: string
  /** The last commit of `main`. */
  readonly sha: string
  /** The owner, with every scope that matters. */
  readonly octo: Ask
  /** Somebody else, with the same scopes. */
  readonly mona: Ask
  /** A GitHub App installed by the owner, with permissions instead of scopes. */
  readonly robot: Ask
  /** The id of that App. */
  readonly robotId: number
  /** Without a token. */
  readonly nobody: Ask
  /** A GitHub App of the owner's, by its own signature. */
  readonly signed: Ask
  /** Whoever has this token, which has no scopes. */
  readonly bearer: (token: string) => Ask
}

const robotPermissions = { checks: 'write', contents: 'read', deployments: 'write' } as const
const robotEvents = ['deployment_protection_rule', 'deployment_review']
const scopes = ['admin:org', 'admin:org_hook', 'delete_repo', 'repo', 'site_admin', 'user']

/** A server with two users and an organization, a recorder in front of it, and room for private repositories with a history. */
export async function openStage(engine: EngineName) {
  const server = await startServer({ engine, settings: { webhook_allow: '127.0.0.0/8' } })
  const receiver = await startReceiver()
  const owner = await server.user('octo', { admin: true })
  await server.user('mona')
  await createOrganization(server.app, 'acme', owner)
  const robot = await installedApp(server, {
    permissions: robotPermissions,
    events: robotEvents,
  })
  const recorder: Recorder = record(server)
  const tokens = {
    octo: await server.token('octo', scopes),
    mona: await server.token('mona', scopes),
  }
  const hook = { url: receiver.url, secret: 'hunter2', events: ['deployment'] }
  const { jwt } = await hookedApp(server, { owner: 'octo', ...hook })
  const castAt = (apiUrl: string) => ({
    octo: recorder.as(apiUrl, { token: tokens.octo, scopes }),
    mona: recorder.as(apiUrl, { token: tokens.mona, scopes }),
    robot: recorder.as(apiUrl, { token: robot.token, scopes: 'permissions' }),
    nobody: recorder.as(apiUrl),
    signed: recorder.as(apiUrl, { token: jwt, scopes: 'permissions' }),
    bearer: (token: string) => recorder.as(apiUrl, { token, scopes: 'permissions' }),
  })

  /** A new repository, spoken of by name or by id; clients were given the API's address, or the bare one. */
  async function scene(name: string, address: 'name' | 'id', apiUrl = server.apiUrl) {
    const repository = await server.repository('octo', name, { private: true })
    const sha = await makeHistory(server, repository)
    const base = address === 'name' ? `/repos/octo/${name}` : `/repositories/${repository.id}`
    const scene: Scene = {
      ...{ server, receiver, owner, repository, base, sha },
      robotId: robot.app.id,
      ...castAt(apiUrl),
    }
    return scene
  }
  return { server, recorder, scene }
}

/** Branches ahead of `main`, behind it, and in conflict with it; gives the head of `main`. */
async function makeHistory(server: TestServer, repository: Repository): Promise<string> {
  await server.commit(repository, { files: { 'a.txt': '1' } })
  await server.commit(repository, { branch: 'behind', files: { 'b.txt': '1' } })
  await server.commit(repository, { branch: 'clash', files: { 'a.txt': '2' } })
  const sha = await server.commit(repository, {
    branch: 'main',
    files: { 'a.txt': '3', 'README.md': 'a' },
  })
  await server.commit(repository, { branch: 'feature/a', files: { 'c.txt': '1' } })
  return sha
}
