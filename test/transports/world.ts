import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import { entryOf } from '../../src/audit/model.ts'
import { findActor } from '../../src/auth/auth.ts'
import { createDeployKey } from '../../src/deploy-keys/deploy-keys.ts'
import type { Repository } from '../../src/repositories/model.ts'
import { query } from '../../src/store/query.ts'
import type { SshLimits } from '../../src/transports/ssh-sockets.ts'
import { ensureHostKey, openSshServer } from '../../src/transports/transports.ts'
import { openWork } from '../git/repository.ts'
import { temporaryFolder } from '../support/engines.ts'
import { startServer } from '../support/server.ts'

const execute = promisify(execFile)

export type World = Awaited<ReturnType<typeof openWorld>>

type Options = { readonly private?: boolean; readonly limits?: Partial<SshLimits> }

/** A whole server with SSH beside it, user octo, and octo/hello. It ends with the test. */
export async function openWorld(options: Options = {}) {
  const server = await startServer()
  const folder = temporaryFolder()
  const hostKey = await ensureHostKey(folder)
  const how = { host: '127.0.0.1', port: 0, hostKey, limits: options.limits ?? {} }
  const ssh = await openSshServer(server.app, how)
  onTestFinished(() => ssh.close())
  await server.user('octo')
  const repository = await server.repository('octo', 'hello', { private: options.private ?? true })
  const token = await server.token('octo', ['repo'])

  const httpUrl = (as = `octo:${token}`, path = 'octo/hello.git') =>
    `${server.url.replace('://', as ? `://${as}@` : '://')}/${path}`
  const sshUrl = (path = 'octo/hello.git') => `ssh://git@127.0.0.1:${ssh.port}/${path}`

  /** A clone to push from and fetch with; `key` is the file of a private key. */
  async function work(origin: string, key?: string) {
    const made = await openWork(join(folder, `work-${randomUUID()}`), origin)
    if (key) await made.git('config', 'core.sshCommand', sshCommand(key, ssh.publicKey))
    /** With more of an environment, for what git tells on standard error. */
    const tell = (args: readonly string[], env: Readonly<Record<string, string>>) =>
      execute('git', args, { cwd: made.dir, env: { ...process.env, ...env }, maxBuffer: 2 ** 26 })
    return { ...made, tell }
  }

  /** A key pair whose public half is a deploy key of the repository; gives the private one's file. */
  async function deployKey(how: { at?: Repository; readOnly?: boolean; type?: string[] } = {}) {
    const file = await makeKey(join(folder, `key-${randomUUID()}`), how.type)
    const actor = await findActor(server.app, token)
    if (!actor) throw new Error('The token is gone')
    const key = await readFile(`${file}.pub`, 'utf8')
    const request = { key, title: file, read_only: how.readOnly ?? false }
    await createDeployKey(server.app, actor, how.at ?? repository, request)
    return file
  }

  /** The names of the events so far, in order. */
  async function events(): Promise<string[]> {
    const rows = await server.app.store.read.all(eventNames, { repository_id: repository.id })
    return rows.map(({ name }) => name)
  }

  /** What the audit log says of pushes, in order. */
  async function pushes(): Promise<object[]> {
    const rows = await server.app.store.read.all(pushLines, { repository_id: repository.id })
    return rows.map(entryOf).map(({ actor, token, address, before, after }) => ({
      ...{ actor: actor.login, token, address, before, after },
    }))
  }

  /** From now on the database refuses every event, as a full disk would. */
  function breakEvents(): void {
    const database = new DatabaseSync(join(server.data, 'slipway.db'))
    database.exec(`create trigger broken before insert on events
      begin select raise(abort, 'no space left'); end`)
    database.close()
  }

  const urls = { httpUrl, sshUrl }
  const facts = { server, app: server.app, ssh, folder, repository, token }
  return { ...facts, ...urls, work, deployKey, events, pushes, breakEvents }
}

const pushLines = query((db, p: { repository_id: number }) =>
  db
    .selectFrom('audit_entries')
    .selectAll()
    .where('repository_id', '=', p.repository_id)
    .where('action', '=', 'git.push')
    .orderBy('id')
    .limit(100),
)

const eventNames = query((db, p: { repository_id: number }) =>
  db
    .selectFrom('events')
    .select('name')
    .where('repository_id', '=', p.repository_id)
    .where('name', 'in', ['push', 'create', 'delete'])
    .orderBy('id')
    .limit(100),
)

/** A key without passphrase; gives its file. */
export async function makeKey(file: string, type = ['ed25519']): Promise<string> {
  await execute('ssh-keygen', ['-q', '-N', '', '-C', 'test', '-f', file, '-t', ...type])
  return file
}

/** The real client, which knows the server's key and nothing else of this machine. */
export function sshOptions(key: string, hostKey: string): string[] {
  const known = `KnownHostsCommand=/bin/echo '*' ${hostKey}`
  const only = ['IdentitiesOnly=yes', 'IdentityAgent=none', 'BatchMode=yes']
  const strict = ['StrictHostKeyChecking=yes', 'UserKnownHostsFile=/dev/null', known]
  return ['-F', '/dev/null', '-i', key, ...[...only, ...strict].flatMap((one) => ['-o', one])]
}

function sshCommand(key: string, hostKey: string): string {
  return ['ssh', ...sshOptions(key, hostKey)]
    .map((word) => `"${word.replaceAll('"', '\\"')}"`)
    .join(' ')
}

export type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string }

/** Runs a program to its end, whatever its exit code. */
export async function run(file: string, args: readonly string[]): Promise<Ended> {
  try {
    return { code: 0, ...(await execute(file, args, { maxBuffer: 2 ** 26, timeout: 15_000 })) }
  } catch (error) {
    const ended = error as { code: number | string | null; stdout: string; stderr: string }
    if (ended.code === 'ENOENT') throw new Error(`${file} is missing: apt-get install -y ${file}`)
    return { code: Number(ended.code), stdout: ended.stdout, stderr: ended.stderr }
  }
}
