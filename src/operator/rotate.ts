import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { Problem } from '../lib/problem.ts'
import { rotateSecretKey } from '../server/server.ts'

/** Says what was done. Throws a Problem for a folder that is not there, and while a server runs. */
export async function rotate(config: Config): Promise<void> {
  if (!existsSync(config.data)) {
    throw new Problem('not_found', `There is no data folder ${config.data}; name it with --data`)
  }
  const count = await rotateSecretKey(config)
  const [key, old] = ['secret.key', 'secret.key.old'].map((name) => join(config.data, name))
  process.stderr.write(
    `Sealed ${count} secrets with a new key: back up ${key} now. Backups made before need the old one, ${old}; delete it with them.\n`,
  )
}
