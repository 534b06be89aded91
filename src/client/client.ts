import { setTimeout as wait } from 'node:timers/promises'
import {
  ApiProblem,
  type Commit,
  type CreatedDeployment,
  type Deployment,
  type DeploymentFilter,
  type DeploymentStatus,
  type Environment,
  type NewDeployment,
  type NewDeploymentStatus,
  type Polled,
  type Repository,
} from './model.ts'
import { pagesOf, parseJson, pathOf } from './page.ts'
import {
  type ApiRequest,
  openTransport,
  type Transport,
  type TransportOptions,
} from './transport.ts'

export type ClientOptions = Pick<TransportOptions, 'apiUrl' | 'userAgent'> &
  Partial<Pick<TransportOptions, 'token' | 'signal'>>

/**
 * GitHub's API over HTTP: only GitHub's own paths, so any server that speaks them will do.
 * A repository is named `owner/name`. Every call may throw an `ApiProblem`.
 */
export type Client = AsyncDisposable & {
  createDeployment(repository: string, body: NewDeployment): Promise<CreatedDeployment>
  getDeployment(repository: string, id: number): Promise<Deployment>
  /** Newest first, page by page as they are asked for. */
  listDeployments(repository: string, filter?: DeploymentFilter): AsyncGenerator<Deployment>
  /** The newest `per_page` (at most 100) deployments, if the list changed since `etag`. */
  pollDeployments(repository: string, etag?: string): Promise<Polled<Deployment[]>>
  deleteDeployment(repository: string, id: number): Promise<void>
  /** Newest first, so that the first one is the deployment's state. */
  listStatuses(repository: string, id: number): AsyncGenerator<DeploymentStatus>
  /** The newest 100 statuses, newest first, if the list changed since `etag`. */
  pollStatuses(repository: string, id: number, etag?: string): Promise<Polled<DeploymentStatus[]>>
  /** The status that is the deployment's state; `undefined` when nobody has reported yet. */
  findNewestStatus(repository: string, id: number): Promise<DeploymentStatus | undefined>
  createStatus(repository: string, id: number, body: NewDeploymentStatus): Promise<DeploymentStatus>
  getRepository(repository: string): Promise<Repository>
  listEnvironments(repository: string): AsyncGenerator<Environment>
  getEnvironment(repository: string, name: string): Promise<Environment>
  /** `ref` may be a branch, a tag or a SHA. */
  getCommit(repository: string, ref: string): Promise<Commit>
  /** Any other path of GitHub's; the answer's JSON, unchecked. `undefined` when there is no body. */
  request(request: ApiRequest): Promise<unknown>
}

/** `apiUrl` as `https://api.github.com` or `https://HOST/api/v3`; without a token only what is public can be seen. */
export function openClient(options: ClientOptions): Client {
  const { apiUrl, userAgent, token, signal } = options
  const transport = openTransport({ apiUrl, userAgent, token, signal })
  return {
    ...deploymentCalls(transport),
    ...repositoryCalls(transport),
    request: async (request) => {
      const { text } = await transport(request)
      return text === '' ? undefined : parseJson<unknown>(text, request.path)
    },
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  }
}

/** Where Slipway's own API is: beside GitHub's. Other forges have nothing there. */
export const ownApiUrlOf = (apiUrl: string): string =>
  `${apiUrl.replace(/(\/api\/v3)?\/*$/, '')}/api/slipway/v1`

/**
 * Where a Slipway's pages are, by its own word; undefined for any other server. GitHub's `/meta` has no
 * such member, and where there is no `/meta` nobody says so.
 */
export async function findSlipway(client: Pick<Client, 'request'>): Promise<string | undefined> {
  const meta = await client.request({ method: 'GET', path: '/meta' }).catch(nothingWhereRefused)
  const { slipway } = membersOf(meta)
  const { web } = membersOf(slipway)
  return typeof web === 'string' ? web : undefined
}

function nothingWhereRefused(error: unknown): undefined {
  if (error instanceof ApiProblem && error.status === 404) return
  throw error
}

const membersOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {}

type LogPiece = { readonly offset: number; readonly bytes: Uint8Array }

/**
 * Gives Slipway a part of what a deployment printed, and says how many bytes it has then. What it has already
 * is not added again; nothing only asks. The client is one of `ownApiUrlOf`.
 */
export async function appendLog(
  client: Pick<Client, 'request'>,
  { repository, id }: { readonly repository: string; readonly id: number },
  { offset, bytes }: LogPiece,
): Promise<number> {
  const path = pathOf(repository, 'deployments', id, 'log')
  const query = { offset: String(offset) }
  const { size } = membersOf(await client.request({ method: 'PATCH', path, query, bytes }))
  if (typeof size === 'number') return size
  const message = `The server did not say how much it has of the log of deployment ${id}`
  throw new ApiProblem(message, { kind: 'unreadable', status: 200 })
}

/** The first `max` of a list; no page is asked for beyond them. */
export async function take<T>(list: AsyncIterable<T>, max: number): Promise<T[]> {
  const items: T[] = []
  for await (const item of list) {
    items.push(item)
    if (items.length >= max) break
  }
  return items
}

export type Patience = {
  readonly signal: AbortSignal
  /** Called before each wait, to say what is being waited for. */
  readonly onProblem: (problem: ApiProblem, waitMs: number) => void
}

const patienceMs = 500
const patienceMsMax = 60_000

/**
 * Asks until the server answers, for callers that have nothing better to do. Thrown are
 * only being told to stop and a problem of the request itself: a right that is missing
 * now may be given in a minute.
 */
export async function untilAnswered<T>(ask: () => Promise<T>, patience: Patience): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await ask()
    } catch (error) {
      const isHopeful = error instanceof ApiProblem && (error.isPassing || isAboutRights(error))
      if (!isHopeful) throw error
      const waitMs = error.retryAfterMs ?? waitMsAfter(failures)
      patience.onProblem(error, waitMs)
      await wait(waitMs, undefined, { signal: patience.signal })
    }
  }
}

const isAboutRights = ({ status }: ApiProblem) => status === 401 || status === 403

/** Doubles up to a minute, spread so that clients do not come back all at once. */
export const waitMsAfter = (failures: number): number =>
  Math.min(patienceMsMax, patienceMs * 2 ** Math.min(failures - 1, 10)) * (0.75 + Math.random() / 2)

const pollPerPage = '100'

function deploymentCalls(transport: Transport) {
  return {
    createDeployment: (repository: string, body: NewDeployment) =>
      createDeployment(transport, repository, body),
    getDeployment: (repository: string, id: number) =>
      read<Deployment>(transport, pathOf(repository, 'deployments', id)),
    listDeployments: (repository: string, filter: DeploymentFilter = {}) =>
      pagesOf<Deployment>(transport, { path: pathOf(repository, 'deployments'), query: filter }),
    pollDeployments: (repository: string, etag?: string) =>
      poll<Deployment>(transport, pathOf(repository, 'deployments'), etag),
    deleteDeployment: async (repository: string, id: number) => {
      await transport({ method: 'DELETE', path: pathOf(repository, 'deployments', id) })
    },
    listStatuses: (repository: string, id: number) =>
      pagesOf<DeploymentStatus>(transport, {
        path: pathOf(repository, 'deployments', id, 'statuses'),
      }),
    pollStatuses: (repository: string, id: number, etag?: string) =>
      poll<DeploymentStatus>(transport, pathOf(repository, 'deployments', id, 'statuses'), etag),
    findNewestStatus: async (repository: string, id: number) => {
      const path = pathOf(repository, 'deployments', id, 'statuses')
      const [newest] = await take(
        pagesOf<DeploymentStatus>(transport, { path, query: { per_page: '1' } }),
        1,
      )
      return newest
    },
    createStatus: async (repository: string, id: number, body: NewDeploymentStatus) => {
      const path = pathOf(repository, 'deployments', id, 'statuses')
      const { text } = await transport({ method: 'POST', path, body })
      return parseJson<DeploymentStatus>(text, path)
    },
  }
}

function repositoryCalls(transport: Transport) {
  return {
    getRepository: (repository: string) => read<Repository>(transport, pathOf(repository)),
    listEnvironments: (repository: string) =>
      pagesOf<Environment>(transport, {
        path: pathOf(repository, 'environments'),
        member: 'environments',
      }),
    getEnvironment: (repository: string, name: string) =>
      read<Environment>(transport, pathOf(repository, 'environments', name)),
    getCommit: (repository: string, ref: string) =>
      read<Commit>(transport, pathOf(repository, 'commits', ref)),
  }
}

async function read<T>(transport: Transport, path: string): Promise<T> {
  const { text } = await transport({ method: 'GET', path })
  return parseJson<T>(text, path)
}

/** Asks for the first page of a list only if it is another one than `etag` names. */
async function poll<T>(
  transport: Transport,
  path: string,
  etag: string | undefined,
): Promise<Polled<T[]>> {
  const answer = await transport({ method: 'GET', path, query: { per_page: pollPerPage }, etag })
  if (answer.status === 304) return { kind: 'unchanged' }
  const value = parseJson<T[]>(answer.text, path)
  return { kind: 'changed', etag: answer.headers.get('etag'), value }
}

async function createDeployment(
  transport: Transport,
  repository: string,
  body: NewDeployment,
): Promise<CreatedDeployment> {
  const path = pathOf(repository, 'deployments')
  try {
    const { status, text } = await transport({ method: 'POST', path, body })
    if (status !== 202) return { kind: 'created', deployment: parseJson<Deployment>(text, path) }
    return { kind: 'merged', message: parseJson<{ message: string }>(text, path).message }
  } catch (error) {
    const conflict = error instanceof ApiProblem && error.status === 409 && conflictOf(error)
    if (conflict) return conflict
    throw error
  }
}

/** GitHub tells its two conflicts apart by `errors[].field` (contract 1.7). Undefined for any other. */
function conflictOf(problem: ApiProblem): CreatedDeployment | undefined {
  const contexts = problem.errors.flatMap(parseContexts)
  const message = problem.said ?? problem.message
  if (problem.errors.length > 0) return { kind: 'contexts_failed', message, contexts }
  return message.startsWith('Conflict merging ') ? { kind: 'merge_conflict', message } : undefined
}

function parseContexts(error: unknown): { context: string; state: string }[] {
  if (typeof error !== 'object' || error === null || !('contexts' in error)) return []
  return Array.isArray(error.contexts)
    ? error.contexts.map(({ context, state }) => ({ context, state }))
    : []
}
