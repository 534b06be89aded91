import type { AccessName } from '../../auth/access.ts'
import { createDeployment, removeDeployment } from '../../deployments/deployments.ts'
import { newDeployment, newDeploymentStatus } from '../../deployments/model.ts'
import { createStatus } from '../../deployments/statuses.ts'
import { ensureEnvironment, removeEnvironment } from '../../environments/environments.ts'
import { environmentName } from '../../environments/model.ts'
import { parseBody } from '../../http/body.ts'
import { parseForeignJson } from '../../http/exact-json.ts'
import { parseNodeId } from '../../lib/node-id.ts'
import { Problem } from '../../lib/problem.ts'
import { findEnvironmentRow, namedRef } from './by-id.ts'
import { deploymentNode, statusNode } from './deployments.ts'
import { shownEnvironment } from './environments.ts'
import { type Asked, refusal, unresolvedId, type View } from './model.ts'
import { findViewById, permit } from './views.ts'

type Input<T> = { readonly input: T & { readonly clientMutationId?: string | null } }

/** Each does what its REST does, by the same function. */
export const mutations = (asked: Asked) => ({
  createDeployment: (args: Parameters<typeof deploy>[1]) => deploy(asked, args),
  createDeploymentStatus: (args: Parameters<typeof report>[1]) => report(asked, args),
  deleteDeployment: (args: Parameters<typeof deleteDeployment>[1]) => deleteDeployment(asked, args),
  createEnvironment: (args: Parameters<typeof createEnvironment>[1]) =>
    createEnvironment(asked, args),
  deleteEnvironment: (args: Parameters<typeof deleteEnvironment>[1]) =>
    deleteEnvironment(asked, args),
})

/** What is null counts as not given: REST tells the two apart. */
const bodyOf = (members: object): Buffer =>
  Buffer.from(
    JSON.stringify(
      Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null)),
    ),
  )

/** The repository and the id within it that a node id names, for a caller who may change it. Throws. */
async function findPlace(asked: Asked, id: string, kind: { prefix: string; access: AccessName }) {
  const { prefix, ids: [repositoryId, rowId = 0] = [] } = parseNodeId(id) ?? {}
  const isKind = prefix === kind.prefix && typeof repositoryId === 'number'
  const view = isKind ? await findViewById(asked, repositoryId) : undefined
  if (!view) throw unresolvedId(id)
  await permit(asked, view.repository, kind.access)
  return { view, id: rowId }
}

type DeploymentInput = {
  readonly repositoryId: string
  readonly refId: string
  readonly autoMerge?: boolean | null
  readonly requiredContexts?: readonly string[] | null
  readonly description?: string | null
  readonly environment?: string | null
  readonly task?: string | null
  readonly payload?: string | null
}

async function deploy(asked: Asked, { input }: Input<DeploymentInput>) {
  const kind = { prefix: 'R', access: 'deployments:write' } as const
  const { view } = await findPlace(asked, input.repositoryId, kind)
  const body = bodyOf({
    ref: await findRefName(view, input.refId),
    auto_merge: input.autoMerge ?? null,
    required_contexts: input.requiredContexts ?? null,
    payload: parsePayload(input.payload ?? '{}'),
    environment: input.environment ?? null,
    description: input.description ?? null,
    task: input.task ?? null,
  })
  const request = parseBody(body, newDeployment, 'Deployment')
  const outcome = await createDeployment(asked.app, asked.actor, view.repository, request)
  const isCreated = outcome.kind === 'created'
  return {
    autoMerged: !isCreated,
    clientMutationId: input.clientMutationId,
    deployment: isCreated ? deploymentNode(view, outcome.deployment) : null,
  }
}

/** The short name, as everybody deploys it, unless that is another ref's as well. */
async function findRefName(view: View, id: string): Promise<string> {
  const { prefix, ids: [repositoryId, ref] = [] } = parseNodeId(id) ?? {}
  const isHere = prefix === 'REF' && repositoryId === view.repository.id
  const named = isHere && typeof ref === 'string' ? namedRef(ref) : undefined
  if (!named) throw unresolvedId(id)
  const found = await view.asked.app.git.resolve(view.repository.id, named.name)
  const kind = named.prefix === 'refs/heads/' ? 'branch' : 'tag'
  return found?.kind === kind ? named.name : `${named.prefix}${named.name}`
}

function parsePayload(text: string): unknown {
  try {
    return parseForeignJson(text)
  } catch {
    // The only thing wrong with it can be that it is no JSON.
    throw new Problem('invalid', 'payload is not JSON')
  }
}

type StatusInput = {
  readonly deploymentId: string
  readonly state: string
  readonly description?: string | null
  readonly environment?: string | null
  readonly environmentUrl?: string | null
  readonly logUrl?: string | null
  readonly autoInactive?: boolean | null
}

async function report(asked: Asked, { input }: Input<StatusInput>) {
  const { view, id } = await findPlace(asked, input.deploymentId, deploymentPlace)
  const body = bodyOf({
    state: input.state.toLowerCase(),
    description: input.description ?? null,
    environment: input.environment ?? null,
    environment_url: input.environmentUrl ?? null,
    log_url: input.logUrl ?? null,
    auto_inactive: input.autoInactive ?? null,
  })
  const request = parseBody(body, newDeploymentStatus, 'DeploymentStatus')
  const place = { repository: view.repository, deploymentId: Number(id) }
  const status = await resolving(input.deploymentId, () =>
    createStatus(asked.app, asked.actor, place, request),
  )
  return {
    clientMutationId: input.clientMutationId,
    deploymentStatus: statusNode(view, status),
  }
}

const deploymentPlace = { prefix: 'DE', access: 'deployments:write' } as const
const environmentWrite = 'environments:write' as const

async function deleteDeployment(asked: Asked, { input }: Input<{ readonly id: string }>) {
  const { view, id } = await findPlace(asked, input.id, deploymentPlace)
  await resolving(input.id, () => removeDeployment(asked.app, view.repository.id, Number(id)))
  return { clientMutationId: input.clientMutationId }
}

/** One that is there already stays as it is, as at GitHub. */
async function createEnvironment(
  asked: Asked,
  { input }: Input<{ readonly repositoryId: string; readonly name: string }>,
) {
  const kind = { prefix: 'R', access: environmentWrite }
  const { view } = await findPlace(asked, input.repositoryId, kind)
  const name = environmentName.safeParse(input.name)
  if (!name.success) {
    throw refusal('UNPROCESSABLE', `name ${name.error.issues[0]?.message}`)
  }
  const { id } = view.repository
  const made = await asked.app.store.transaction(
    (tx) => ensureEnvironment(tx, asked.app, id, name.data),
    id,
  )
  return {
    clientMutationId: input.clientMutationId,
    environment: shownEnvironment(view.repository, made),
  }
}

async function deleteEnvironment(asked: Asked, { input }: Input<{ readonly id: string }>) {
  const kind = { prefix: 'EN', access: environmentWrite }
  const { view, id } = await findPlace(asked, input.id, kind)
  const row = await findEnvironmentRow(view, Number(id))
  if (!row) throw unresolvedId(input.id)
  await resolving(input.id, () => removeEnvironment(asked.app, view.repository.id, row.name))
  return { clientMutationId: input.clientMutationId }
}

/** What is gone by now is named by the id that was asked for. */
async function resolving<T>(id: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof Problem && error.code === 'not_found') throw unresolvedId(id)
    throw error
  }
}
