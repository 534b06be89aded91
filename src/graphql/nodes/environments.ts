import { findEnvironment } from '../../environments/environments.ts'
import type { Environment } from '../../environments/model.ts'
import { nodeId } from '../../lib/node-id.ts'
import type { Repository } from '../../repositories/model.ts'
import { connectionNode, type Paging, pageIn, windowOf } from './connection.ts'
import type { Node, View } from './model.ts'
import { unlessMissing } from './views.ts'

/** In the order they were made. */
export function environmentsNode(view: View, paging: Paging): Node {
  const { asked, repository } = view
  return connectionNode({
    count: async () => (await asked.loaders.environmentCount(repository.id))[0]?.count ?? 0,
    find: async () => {
      const window = windowOf('environments', paging, 'ASC')
      const rows = await asked.loaders.environments(window)(repository.id)
      return pageIn(rows, window, { paging, direction: 'ASC' })
    },
    show: (row) => shownEnvironment(repository, row),
  })
}

/** Null where there is none of that name. */
export async function environmentNode({ asked, repository }: View, name: string) {
  const { read } = asked.app.store
  const found = await unlessMissing(() => findEnvironment(read, repository.id, name))
  return found ? shownEnvironment(repository, found) : null
}

export const shownEnvironment = ({ id }: Repository, environment: Environment): Node => ({
  __typename: 'Environment',
  id: nodeId('EN', id, environment.id),
  databaseId: environment.id,
  name: environment.name,
})
