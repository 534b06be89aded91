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

/** Starts the cluster before the first test and removes it after the last. */
export default async function startCluster(project: TestProject) {
  const cluster = await openCluster(['-c', 'fsync=off'])
  project.provide('postgresUrl', cluster.url)
  return cluster.close
}

/** A cluster that answers on a socket in a temporary folder. PostgreSQL refuses to run as root. */
export async function openCluster(more: readonly string[]) {
  const bin = programs()
  const folder = mkdtempSync(join(tmpdir(), 'slipway-postgres-'))
  const asUser = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {}
  if ('uid' in asUser) chownSync(folder, nobody, nobody)
  const data = join(folder, 'data')
  const options = ['-D', data, '-U', 'slipway', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N']
  execFileSync(join(bin, 'initdb'), options, { ...asUser, stdio: 'ignore', cwd: folder })
  const settings = ['-c', 'listen_addresses=', '-c', 'max_connections=200', ...more]
  const server = spawn(join(bin, 'postgres'), ['-D', data, '-k', folder, ...settings], {
    ...asUser,
    stdio: 'ignore',
    cwd: folder,
  })
  const exited = new Promise((resolve) => server.once('exit', resolve))
  const url = `postgresql://slipway@/postgres?host=${encodeURIComponent(folder)}`
  await answers(url)

  const close = async () => {
    server.kill('SIGINT')
    await exited
    rmSync(folder, { recursive: true, force: true })
  }
  return { url, close }
}

function programs(): string {
  const [newest] = globSync('/usr/lib/postgresql/*/bin').sort().reverse()
  if (newest && existsSync(join(newest, 'initdb'))) return newest
  throw new Error('PostgreSQL is missing: apt-get install -y postgresql')
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
