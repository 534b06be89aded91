import { nodeId } from '../../lib/node-id.ts'
import { toSecond } from '../../lib/time.ts'
import type { DeploymentRow, DeploymentStatusRow } from '../../tables/deployments.ts'
import { accountNode, ghostNode } from './accounts.ts'
import { commitNode, refNode } from './code.ts'
import { connectionNode, type Direction, type Paging, pageIn, windowOf } from './connection.ts'
import { decideState } from './decide-state.ts'
import { type Asked, type Node, refusal, type View } from './model.ts'

export type DeploymentsArguments = Paging & {
  readonly environments?: readonly string[] | null
  readonly orderBy?: { readonly direction: Direction } | null
}

const environmentsMax = 20

/** Oldest first unless asked otherwise, as GitHub. An empty list of environments means any. */
export function deploymentsNode(view: View, args: DeploymentsArguments): Node {
  const { asked, repository } = view
  const direction = args.orderBy?.direction ?? 'ASC'
  const environments = environmentsIn(args)
  return connectionNode({
    count: async () => {
      const counts = environments.map((environment) =>
        asked.loaders.countIn({ environment })(repository.id),
      )
      return (await Promise.all(counts)).flat().reduce((sum, { count }) => sum + count, 0)
    },
    find: async () => {
      const window = windowOf('deployments', args, direction)
      const lists = environments.map((environment) =>
        asked.loaders.deploymentsIn({ window, environment })(repository.id),
      )
      const rows = (await Promise.all(lists)).flat().sort((a, b) => a.id - b.id)
      return pageIn(rows, window, { paging: args, direction })
    },
    show: (row) => deploymentNode(view, row),
  })
}

/** Each is a list of its own: one that an index has in order. */
function environmentsIn({ environments }: DeploymentsArguments): (string | undefined)[] {
  const names = [...new Set(environments ?? [])]
  if (names.length <= environmentsMax) return names.length > 0 ? names : [undefined]
  const message = `\`environments\` may name at most ${environmentsMax} environments.`
  throw refusal('UNPROCESSABLE', message)
}

export function deploymentNode(view: View, row: DeploymentRow): Node {
  const { asked, repository } = view
  return {
    __typename: 'Deployment',
    id: nodeId('DE', repository.id, row.id),
    databaseId: row.id,
    task: row.task,
    payload: row.payload,
    description: row.description,
    environment: row.environment,
    latestEnvironment: row.environment,
    originalEnvironment: row.original_environment,
    createdAt: toSecond(row.created_at),
    updatedAt: toSecond(row.updated_at),
    commitOid: row.sha,
    commit: () => commitNode(view, row.sha),
    ref: () => findRef(view, row),
    creator: () => findCreator(asked, row),
    repository: () => asked.show(view),
    state: () => findState(asked, row),
    latestStatus: () => findLatestStatus(view, row),
    statuses: (paging: Paging) => statusesNode(view, row, paging),
  }
}

/** Null for a sha, and for a branch or tag that is gone. */
async function findRef(view: View, { ref }: DeploymentRow) {
  const found = await view.asked.loaders.refs(view.repository.id)(ref)
  switch (found?.kind) {
    case 'branch':
      return refNode(view, { ...found, prefix: 'refs/heads/' })
    case 'tag':
      return refNode(view, { ...found, prefix: 'refs/tags/' })
    case 'sha':
    case undefined:
      return null
  }
}

async function findCreator(asked: Asked, { creator_id }: Pick<DeploymentRow, 'creator_id'>) {
  const account = creator_id === null ? undefined : await asked.loaders.account(creator_id)
  return account ? accountNode(asked, account) : ghostNode(asked)
}

async function findState(asked: Asked, row: DeploymentRow): Promise<string> {
  const { id, state } = row
  const superseded = state === 'success' && (await asked.loaders.isSuperseded(id))
  return decideState({
    state,
    isTransient: row.transient_environment === 1,
    isSuperseded: Boolean(superseded),
    quietMs: asked.app.now().getTime() - Date.parse(row.updated_at),
  })
}

const newest = { above: 0, below: Number.MAX_SAFE_INTEGER, limit: 1, end: 'newest' } as const

async function findLatestStatus(view: View, deployment: DeploymentRow) {
  const rows = await view.asked.loaders.statuses(newest)(deployment.id)
  const latest = rows.at(-1)
  return latest ? statusNode(view, latest) : null
}

/** Oldest first: the last one is the state, as clients that ask for `last: 1` know. */
function statusesNode(view: View, { id }: DeploymentRow, paging: Paging): Node {
  const { loaders } = view.asked
  return connectionNode({
    count: async () => (await loaders.statusCount(id))[0]?.count ?? 0,
    find: async () => {
      const window = windowOf('statuses', paging, 'ASC')
      return pageIn(await loaders.statuses(window)(id), window, { paging, direction: 'ASC' })
    },
    show: (row) => statusNode(view, row),
  })
}

export function statusNode(view: View, row: DeploymentStatusRow): Node {
  const { asked, repository } = view
  return {
    __typename: 'DeploymentStatus',
    id: nodeId('DES', repository.id, row.id),
    state: row.state.toUpperCase(),
    description: row.description,
    environment: row.environment,
    // Unset is null here, and "" in REST.
    environmentUrl: row.environment_url || null,
    logUrl: row.log_url || null,
    createdAt: toSecond(row.created_at),
    updatedAt: toSecond(row.updated_at),
    creator: () => findCreator(asked, row),
    deployment: async () => {
      const deployment = await asked.loaders.deployment(row.deployment_id)
      return deployment && deploymentNode(view, deployment)
    },
  }
}
