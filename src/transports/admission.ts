import type { IncomingHttpHeaders } from 'node:http'
import type { App } from '../app.ts'
import { authenticate } from '../auth/auth.ts'
import type { Actor } from '../auth/model.ts'
import { findDeployKeyByBlob } from '../deploy-keys/deploy-keys.ts'
import { notFound, Problem } from '../lib/problem.ts'
import { fullNameOf, type Repository } from '../repositories/model.ts'
import { authorize, findRepositoryById, locateRepository } from '../repositories/repositories.ts'
import type { DeployKeyRow } from '../tables/repositories.ts'
import { type GitCommand, parseCommand, parsePath, type Service } from './command.ts'

type Asked = { readonly owner: string; readonly repo: string; readonly service: Service }

export type Admitted = { readonly repository: Repository; readonly actor: Actor }

const accessOf = {
  'git-upload-pack': 'code:read',
  'git-receive-pack': 'code:write',
} as const satisfies Record<Service, string>

/**
 * The repository, for whoever may do this to it. Throws 401, 403 and 404 as the API does, but
 * hides from the anonymous by 401: git asks for a password only when told to.
 */
export async function admitToken(
  app: App,
  { headers, ip }: { readonly headers: IncomingHttpHeaders; readonly ip: string },
  { owner, repo, service }: Asked,
): Promise<Admitted> {
  const actor = await authenticate(app, headers, { ip, over: 'git' })
  try {
    const path = parsePath(owner, repo)
    if (!path) throw notFound()
    const { repository } = await locateRepository(app.store.read, path.owner, path.name)
    await authorize(app.store.read, actor, repository, accessOf[service])
    return { repository, actor }
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'not_found') throw error
    throw actor.kind === 'anonymous'
      ? new Problem('unauthenticated', 'Give a token as the password.')
      : new Problem('not_found', 'Repository not found.')
  }
}

export type KeyAdmission =
  | {
      readonly kind: 'serve'
      readonly service: Service
      readonly repository: Repository
      readonly key: DeployKeyRow
    }
  | { readonly kind: 'refuse'; readonly message: string; readonly code: number }

const misuse = 1
/** What git itself ends with when it gives up. */
const fatal = 128
const refusal = (message: string, code = fatal): KeyAdmission => ({ kind: 'refuse', message, code })
const unknownRepository = refusal('Repository not found.')

/** What a command may do whose client proved to hold `proved`. The key may be gone since. */
export async function admitKey(
  app: Pick<App, 'store'>,
  proved: DeployKeyRow,
  text: string,
): Promise<KeyAdmission> {
  const { read } = app.store
  const [, base64 = ''] = proved.key.split(' ')
  const key = await findDeployKeyByBlob(read, Buffer.from(base64, 'base64'))
  if (key?.id !== proved.id) return refusal('The key you are authenticating with was removed.')
  const repository = await findRepositoryById(read, key.repository_id)
  const command = parseCommand(text)
  if (!command) return refusal(greetingOf(repository), misuse)
  const named = await findNamed(app, command)
  // One answer for another's repository and for none: whose key this is says nothing about others.
  if (named?.id !== repository.id) return unknownRepository
  return decide(command, repository, key)
}

function decide({ service }: GitCommand, repository: Repository, key: DeployKeyRow): KeyAdmission {
  const isPush = service === 'git-receive-pack'
  if (isPush && key.read_only === 1) {
    return refusal('The key you are authenticating with has been marked as read only.')
  }
  if (isPush && repository.archived === 1) {
    return refusal('This repository was archived so it is read-only.')
  }
  return { kind: 'serve', service, repository, key }
}

const greetingOf = (repository: Repository) =>
  `Hi ${fullNameOf(repository)}! You've successfully authenticated, but Slipway does not provide shell access.`

async function findNamed(app: Pick<App, 'store'>, { owner, name }: GitCommand) {
  try {
    return (await locateRepository(app.store.read, owner, name)).repository
  } catch (error) {
    if (error instanceof Problem && error.code === 'not_found') return undefined
    throw error
  }
}
