import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App, GitSeen } from '../app.ts'
import { whoOf } from '../audit/model.ts'
import { requireUser } from '../auth/auth.ts'
import { recordPush } from '../commits/commits.ts'
import type { StreamEnd } from '../git/model.ts'
import { Problem } from '../lib/problem.ts'
import { type Admitted, admitToken } from './admission.ts'
import type { Service } from './command.ts'
import { exchangePacks, refuse } from './http-exchange.ts'

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<void>
type Params = { readonly owner: string; readonly repo: string }

/** Room for the wants and haves of half a million refs. */
const fetchBytesMax = 32 * 1024 * 1024
/** More than git takes of a pack, so that it is git who refuses, and says why. */
const pushBytesMax = 4 * 1024 * 1024 * 1024
const drainMs = 30_000

/** The handlers of smart HTTP, and what waits for them when the server closes. */
export function openHttpService(app: App) {
  const running = new Set<Promise<void>>()
  const stopping = new AbortController()
  let isDraining = false
  let deadline: NodeJS.Timeout | undefined

  const handler =
    (find: (request: FastifyRequest) => Asked): Handler =>
    async (request, reply) => {
      reply.hijack()
      const work = serve({ app, signal: stopping.signal, find }, request, reply)
      running.add(work)
      await work.finally(() => running.delete(work))
      // Kept alive, it would hold up the closing server until it times out.
      if (isDraining) request.raw.socket.destroySoon()
    }

  async function drain() {
    isDraining = true
    deadline = setTimeout(() => stopping.abort(), drainMs)
  }
  async function close() {
    await Promise.all(running)
    clearTimeout(deadline)
  }
  return {
    advertise: handler(advertised),
    fetch: handler(() => ({ service: 'git-upload-pack', isPost: true })),
    push: handler(() => ({ service: 'git-receive-pack', isPost: true })),
    drain,
    close,
  }
}

type Asked = { readonly service: Service; readonly isPost: boolean }

function advertised({ query }: FastifyRequest): Asked {
  const { service } = query as { service?: unknown }
  if (service === 'git-upload-pack' || service === 'git-receive-pack') {
    return { service, isPost: false }
  }
  throw new Problem('forbidden', 'Slipway speaks smart HTTP only: use git 1.6.6 or newer.')
}

type Context = { app: App; signal: AbortSignal; find: (request: FastifyRequest) => Asked }

async function serve({ app, signal, find }: Context, request: FastifyRequest, reply: FastifyReply) {
  const { raw: response } = reply
  const began = app.now().getTime()
  try {
    const asked = find(request)
    checkType(request, asked)
    const path = request.params as Params
    const admitted = await admitToken(app, request, { ...path, service: asked.service })
    const exchanged = exchange({ app, signal, asked, admitted }, request, response)
    if (asked.isPost) tellEnd(app, { service: asked.service, began }, exchanged)
    const end = await exchanged
    const facts = { service: asked.service, repository_id: admitted.repository.id, ...end }
    app.log.info({ ...facts, ms: app.now().getTime() - began }, 'git_http.served')
  } catch (error) {
    if (!(error instanceof Problem) || error.code === 'unavailable') {
      app.log.error({ err: error, path: request.url }, 'git_http.failed')
    }
    refuse(response, error)
  }
}

type Begun = { readonly service: Service; readonly began: number }

/** For whoever watches. What git refuses has failed, and so has what breaks off. */
function tellEnd(app: App, { service, began }: Begun, exchanged: Promise<StreamEnd>): void {
  const tell = (outcome: GitSeen['outcome']) => {
    const ms = app.now().getTime() - began
    app.signals.emit('git', { transport: 'http', service, outcome, ms })
  }
  exchanged.then(
    ({ code }) => tell(code === 0 ? 'done' : 'failed'),
    () => tell('failed'),
  )
}

/** A page elsewhere cannot send this type by a form, so it cannot push with a visitor's rights. */
function checkType({ headers }: FastifyRequest, { service, isPost }: Asked): void {
  const wanted = `application/x-${service}-request`
  if (!isPost || headers['content-type'] === wanted) return
  throw new Problem('unsupported', `The Content-Type must be ${wanted}.`)
}

type Exchanging = Omit<Context, 'find'> & { asked: Asked; admitted: Admitted }

function exchange(
  { app, signal, asked: { service, isPost }, admitted }: Exchanging,
  { raw: request, headers, ip }: FastifyRequest,
  response: FastifyReply['raw'],
) {
  const { repository, actor } = admitted
  const origin = { address: ip, user_agent: headers['user-agent'] ?? null, request_id: null }
  const asked = { ...app, who: whoOf(actor, origin) }
  const protocol = headers['git-protocol']?.toString()
  const how = { mode: isPost ? 'stateless' : 'advertise', protocol, signal } as const
  const isFetch = service === 'git-upload-pack'
  const git = isFetch
    ? app.git.uploadPack(repository.id, how)
    : app.git.receivePack(repository.id, {
        ...how,
        onPush: (changes) => recordPush(asked, repository, requireUser(actor).account, changes),
      })
  const bodyBytesMax = isPost ? (isFetch ? fetchBytesMax : pushBytesMax) : 0
  const contentType = `application/x-${service}-${isPost ? 'result' : 'advertisement'}`
  return exchangePacks({ request, response, git, contentType, bodyBytesMax })
}
