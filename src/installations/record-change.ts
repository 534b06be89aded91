import { simpleUser } from '../accounts/payload.ts'
import type { App } from '../app.ts'
import type { Owner } from '../apps/model.ts'
import { recordEventForApp } from '../events/events.ts'
import { nodeId } from '../lib/node-id.ts'
import type { Repository } from '../repositories/model.ts'
import type { Tx } from '../store/engine.ts'
import type { Installation } from './model.ts'
import { toldInstallation } from './payload.ts'
import { coveredNames } from './queries.ts'

type Recorder = Pick<App, 'now' | 'signals' | 'urls'>

type Change = {
  readonly action: 'created' | 'deleted' | 'suspend' | 'unsuspend' | 'new_permissions_accepted'
  readonly sender: Owner
}

/** Tells the App, and nobody else, what becomes of its installation (contract 6.8). */
export async function recordInstallation(
  app: Recorder,
  tx: Tx,
  installation: Installation,
  { action, sender }: Change,
): Promise<void> {
  const rows = await tx.all(coveredNames, { installation_id: installation.id })
  const payload = {
    action,
    installation: toldInstallation(installation, app.urls),
    repositories: rows.map((row) => namedRepository(row, installation)),
    sender: simpleUser(sender, app.urls),
  }
  await record(app, tx, installation, { name: 'installation', payload })
}

type Selection = {
  readonly action: 'added' | 'removed'
  readonly repository: Repository
  readonly sender: Owner
}

/** Tells the App for which repositories its installation is from now on. */
export async function recordSelection(
  app: Recorder,
  tx: Tx,
  installation: Installation,
  { action, repository, sender }: Selection,
): Promise<void> {
  const changed = [namedRepository(repository, installation)]
  const payload = {
    action,
    installation: toldInstallation(installation, app.urls),
    repository_selection: installation.repository_selection,
    repositories_added: action === 'added' ? changed : [],
    repositories_removed: action === 'removed' ? changed : [],
    requester: null,
    sender: simpleUser(sender, app.urls),
  }
  await record(app, tx, installation, { name: 'installation_repositories', payload })
}

type Told = { readonly name: string; readonly payload: object }

const record = (app: Recorder, tx: Tx, installation: Installation, told: Told) =>
  recordEventForApp(app, tx, installation, {
    ...told,
    owner_id: installation.account_id,
    ordering_key: `installation:${installation.id}`,
  })

type Named = Pick<Repository, 'id' | 'name' | 'private'>

const namedRepository = ({ id, name, private: isPrivate }: Named, { account }: Installation) => ({
  id,
  node_id: nodeId('R', id),
  name,
  full_name: `${account.login}/${name}`,
  private: isPrivate === 1,
})
