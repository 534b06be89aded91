import { parseNodeId } from '../../lib/node-id.ts'
import { accountNode } from './accounts.ts'
import { commitNode, refNode } from './code.ts'
import { deploymentNode, statusNode } from './deployments.ts'
import { shownEnvironment } from './environments.ts'
import { type Asked, type Node, refusal, unresolvedId, type View } from './model.ts'
import { findViewById, requireAccess } from './views.ts'

/** What a node id of ours names. Throws for what is not there and for what the caller may not know of. */
export async function findNode(asked: Asked, id: string): Promise<Node> {
  const { prefix = '', ids: [first, second] = [] } = parseNodeId(id) ?? {}
  const found = await find(asked, prefix, [first, second])
  if (!found) throw unresolvedId(id)
  return found
}

const nodesMax = 100

/** Each by itself: one that is not there is null among the others, and an error. */
export function findNodes(asked: Asked, ids: readonly string[]): Promise<Node>[] {
  if (ids.length <= nodesMax) return ids.map((id) => findNode(asked, id))
  const message = `You may not provide more than ${nodesMax} node ids; you provided ${ids.length}.`
  throw refusal('ARGUMENT_LIMIT', message)
}

type Part = number | string | undefined

async function find(
  asked: Asked,
  prefix: string,
  [first, second]: readonly [Part, Part],
): Promise<Node | undefined> {
  if (typeof first !== 'number') return undefined
  if (prefix === 'U' || prefix === 'O' || prefix === 'BOT') {
    const account = await asked.loaders.account(first)
    return account && accountNode(asked, account)
  }
  const view = await findViewById(asked, first)
  if (!view) return undefined
  if (prefix === 'R') return asked.show(view)
  return typeof second === 'number'
    ? await findRow(view, prefix, second)
    : await findCode(view, prefix, second ?? '')
}

async function findRow(view: View, prefix: string, id: number): Promise<Node | undefined> {
  switch (prefix) {
    case 'DE': {
      const row = await findDeploymentRow(view, id)
      return row && deploymentNode(view, row)
    }
    case 'DES': {
      const row = await view.asked.loaders.status(id)
      if (row?.repository_id !== view.repository.id) return undefined
      await requireAccess(view, 'deployments:read', 'node')
      return statusNode(view, row)
    }
    case 'EN': {
      const row = await findEnvironmentRow(view, id)
      return row && shownEnvironment(view.repository, row)
    }
    default:
      return undefined
  }
}

async function findDeploymentRow(view: View, id: number) {
  await requireAccess(view, 'deployments:read', 'node')
  const row = await view.asked.loaders.deployment(id)
  return row?.repository_id === view.repository.id ? row : undefined
}

export async function findEnvironmentRow(view: View, id: number) {
  await requireAccess(view, 'environments:read', 'node')
  const row = await view.asked.loaders.environment(id)
  return row?.repository_id === view.repository.id ? row : undefined
}

async function findCode(view: View, prefix: string, name: string): Promise<Node | undefined> {
  const { app } = view.asked
  const { id } = view.repository
  if (prefix !== 'C' && prefix !== 'REF') return undefined
  await requireAccess(view, 'code:read', 'node')
  const found = await app.git.resolve(id, name)
  if (!found) return undefined
  if (prefix === 'C') return found.kind === 'sha' ? commitNode(view, found.sha) : undefined
  const named = namedRef(name)
  return named && refNode(view, { ...named, sha: found.sha })
}

/** The parts of a full name. */
export function namedRef(ref: string) {
  const prefixes = ['refs/heads/', 'refs/tags/'] as const
  const prefix = prefixes.find((known) => ref.startsWith(known))
  return prefix && { prefix, name: ref.slice(prefix.length) }
}
