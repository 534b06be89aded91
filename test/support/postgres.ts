import { execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A throw-away PostgreSQL cluster of this test run; make a database of your own in it. */
    postgresUrl: string
  }
}

const nobody = 65534
const startWithinMs = 20_000

/** Starts the cluster before the first test and removes it after the last. PostgreSQL refuses to run as root. */
export default async function startCluster(project: TestProject) {
  const bin = programs()
  const folder = mkdtempSync(join(tmpdir(), 'slipway-postgres-'))
  const asUser = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {}
  if ('uid' in asUser) chownSync(folder, nobody, nobody)
  const data = join(folder, 'data')
  const options = ['-D', data, '-U', 'slipway', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N']
  execFileSync(join(bin, 'initdb'), options, { ...asUser, stdio: 'ignore', cwd: folder })
  const settings = ['-c', 'listen_addresses=', '-c', 'max_connections=200', '-c', 'fsync=off']
  const server = spawn(join(bin, 'postgres'), ['-D', data, '-k', folder, ...settings], {
    ...asUser,
    stdio: 'ignore',
    cwd: folder,
  })
  const exited = new Promise((resolve) => server.once('exit', resolve))
  const url = `postgresql://slipway@/postgres?host=${encodeURIComponent(folder)}`
  await answers(url)
  project.provide('postgresUrl', url)

  return async () => {
    server.kill('SIGINT')
    await exited
    rmSync(folder, { recursive: true, force: true })
  }
}

function programs(): string {
  const [newest] = globSync('/usr/lib/postgresql/*/bin').sort().reverse()
  if (newest && existsSync(join(newest, 'initdb'))) return newest
  throw new Error('The tests need PostgreSQL: apt-get install -y postgresql')
}

async function answers(url: string): Promise<void> {
  const deadline = Date.now() + startWithinMs
  for (;;) {
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      return await client.end()
    } catch (error) {
      if (Date.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
