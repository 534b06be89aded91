import type { Seal } from '../lib/seal.ts'
import type { Tx } from '../store/engine.ts'
import type { Store } from '../store/store.ts'
import { ensureHostKey } from '../transports/transports.ts'
import { agreeOn, settingByName, updateSetting } from './settings.ts'

const name = 'ssh_host_key'

/**
 * The SSH server's private key. On a database that several share it is the one of whoever came first,
 * sealed: clients would take a node with a key of its own for somebody who listens in.
 */
export async function findHostKey(folder: string, store: Store, seal: Seal): Promise<string> {
  const own = await ensureHostKey(folder)
  if (store.sharedUrl === null) return own
  return seal.open(await agreeOn(store, { name, value: seal.seal(own, name) }), name)
}

/** Gives how many there were. */
export async function resealHostKey(tx: Tx, from: Seal, to: Seal): Promise<number> {
  const kept = await tx.first(settingByName, { name })
  if (!kept) return 0
  await tx.all(updateSetting, { name, value: to.seal(from.open(kept.value, name), name) })
  return 1
}
