import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ensureHostKey } from '../../src/transports/transports.ts'
import { temporaryFolder } from '../support/engines.ts'
import { makeKey, openWorld, run, sshOptions, type World } from './world.ts'

/** The real ssh, with this key. */
const ssh = ({ ssh: { port, publicKey } }: World, key: string, ...args: string[]) =>
  run('ssh', [...sshOptions(key, publicKey), '-p', String(port), ...args])

describe('an SSH client', () => {
  it('learns who it is instead of getting a shell', async () => {
    const world = await openWorld()
    const key = await world.deployKey()
    const greeting =
      "Hi octo/hello! You've successfully authenticated, but Slipway does not provide shell access."
    for (const command of [[], ['ls -l'], ['git-upload-archive octo/hello'], ['exec sh; id']]) {
      const { code, stdout, stderr } = await ssh(world, key, '-T', 'git@127.0.0.1', ...command)
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toContain(greeting)
    }
  })

  it('gets no terminal, no file transfer and no tunnel', async () => {
    const world = await openWorld()
    const key = await world.deployKey()
    const terminal = await ssh(world, key, '-tt', 'git@127.0.0.1')
    expect(terminal.stderr).toContain('PTY allocation request failed')
    const sftp = await ssh(world, key, '-s', 'git@127.0.0.1', 'sftp')
    expect(sftp.stderr).toContain('subsystem request failed')
    const tunnel = await ssh(world, key, '-W', '127.0.0.1:22', 'git@127.0.0.1')
    expect(tunnel.stderr).toContain('administratively prohibited')
  })

  it('is refused with an unknown key, as another user, and without a key', async () => {
    const world = await openWorld()
    const known = await world.deployKey()
    const unknown = await makeKey(join(world.folder, 'unknown'))
    const denied = 'Permission denied (publickey)'
    expect((await ssh(world, unknown, 'git@127.0.0.1')).stderr).toContain(denied)
    expect((await ssh(world, known, 'octo@127.0.0.1')).stderr).toContain(denied)
    const byPassword = ['-o', 'PubkeyAuthentication=no']
    expect((await ssh(world, known, ...byPassword, 'git@127.0.0.1')).stderr).toContain(denied)
  })

  it.each(['ed25519', 'rsa -b 2048', 'rsa -b 4096', 'ecdsa -b 256', 'ecdsa -b 521'])(
    'may hold a key of type %s',
    async (words) => {
      const type = words.split(' ')
      const world = await openWorld()
      const key = await world.deployKey({ type })
      expect((await ssh(world, key, 'git@127.0.0.1')).stderr).toContain('Hi octo/hello!')
    },
  )

  it('may not sign with SHA-1', async () => {
    const world = await openWorld()
    const key = await world.deployKey({ type: ['rsa', '-b', '2048'] })
    const old = ['-o', 'PubkeyAcceptedAlgorithms=ssh-rsa']
    const { stderr } = await ssh(world, key, ...old, 'git@127.0.0.1')
    expect(stderr).toContain('Permission denied (publickey)')
  })

  it('that proves to hold a key leaves the time of its use', async () => {
    const world = await openWorld()
    const key = await world.deployKey()
    const octokit = await world.server.octokit('octo')
    const find = async () =>
      (await octokit.rest.repos.listDeployKeys({ owner: 'octo', repo: 'hello' })).data[0]
    expect((await find())?.last_used).toBeNull()
    await ssh(world, key, 'git@127.0.0.1')
    expect((await find())?.last_used).toMatch(/^\d{4}-/)
  })
})

describe('a deploy key', () => {
  it('opens its own repository by any of the ways to write it', async () => {
    const world = await openWorld()
    const key = await world.deployKey()
    const work = await world.work(world.sshUrl(), key)
    for (const path of ['octo/hello', 'octo/hello.git/', '~/octo/hello.git', 'Octo/Hello.git']) {
      await work.git('ls-remote', world.sshUrl(path))
    }
    await work.git('config', `url.${world.sshUrl('')}.insteadOf`, 'slipway:')
    await work.git('ls-remote', 'slipway:octo/hello.git')
  })

  it('says the same of a repository that is not its own and of one that is not', async () => {
    const world = await openWorld()
    await world.server.user('mona')
    await world.server.repository('mona', 'secret', { private: true })
    await world.server.repository('mona', 'public')
    const key = await world.deployKey()
    for (const path of ['mona/secret.git', 'mona/public.git', 'mona/none.git', 'nobody/none.git']) {
      const command = `git-upload-pack '/${path}'`
      expect(await ssh(world, key, 'git@127.0.0.1', command)).toEqual({
        code: 128,
        stdout: '',
        stderr: 'Repository not found.\n',
      })
    }
    const work = await world.work(world.sshUrl('mona/secret.git'), key)
    await work.commit('One')
    await expect(work.git('push', 'origin', 'main')).rejects.toThrow('Repository not found.')
  })

  it('that is read-only fetches and does not push', async () => {
    const world = await openWorld()
    const key = await world.deployKey({ readOnly: true })
    const work = await world.work(world.sshUrl(), key)
    const sha = await world.server.commit(world.repository, { files: { 'a.txt': 'a' } })
    await work.git('fetch', '--quiet', 'origin')
    expect(await work.git('rev-parse', 'origin/main')).toBe(sha)
    await work.commit('One')
    await expect(work.git('push', 'origin', 'main:topic')).rejects.toThrow(
      'The key you are authenticating with has been marked as read only.',
    )
    expect(await world.events()).toEqual([])
  })

  it('does not push to an archived repository', async () => {
    const world = await openWorld()
    const key = await world.deployKey()
    const octokit = await world.server.octokit('octo')
    await octokit.rest.repos.update({ owner: 'octo', repo: 'hello', archived: true })
    const work = await world.work(world.sshUrl(), key)
    await work.commit('One')
    await work.git('fetch', 'origin')
    await expect(work.git('push', 'origin', 'main')).rejects.toThrow('archived')
  })

  it('that was removed opens nothing, not even on a connection it had opened', async () => {
    const world = await openWorld()
    const key = await world.deployKey()
    const folder = temporaryFolder()
    const shared = ['-o', `ControlPath=${folder}/c`]
    const open = ['-o', 'ControlMaster=yes', '-o', 'ControlPersist=yes']
    const first = await ssh(world, key, ...shared, ...open, 'git@127.0.0.1', '-N', '-f')
    expect(first.code).toBe(0)
    const command = "git-upload-pack '/octo/hello.git'"
    const octokit = await world.server.octokit('octo')
    const at = { owner: 'octo', repo: 'hello' }
    const [row] = (await octokit.rest.repos.listDeployKeys(at)).data
    await octokit.rest.repos.deleteDeployKey({ ...at, key_id: row?.id ?? 0 })
    const { stderr } = await ssh(world, key, ...shared, 'git@127.0.0.1', command)
    expect(stderr).toContain('was removed')
    expect((await ssh(world, key, 'git@127.0.0.1')).stderr).toContain('Permission denied')
    await ssh(world, key, ...shared, '-O', 'exit', 'git@127.0.0.1')
  })
})

describe('the host key', () => {
  it('is made once, for its owner alone, and is what clients see', async () => {
    const folder = temporaryFolder()
    const made = await ensureHostKey(folder)
    expect(await ensureHostKey(folder)).toBe(made)
    const path = join(folder, 'ssh_host_ed25519_key')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const shown = await run('ssh-keygen', ['-y', '-f', path])
    expect(await readFile(`${path}.pub`, 'utf8')).toBe(shown.stdout)
  })

  it('that is none stops the start and says what to do', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'ssh_host_ed25519_key')
    await writeFile(path, 'nonsense')
    await expect(ensureHostKey(folder)).rejects.toThrow(`${path} is no ed25519 key`)
    await makeKey(join(folder, 'rsa'), ['rsa', '-b', '2048'])
    await writeFile(path, await readFile(join(folder, 'rsa')))
    await expect(ensureHostKey(folder)).rejects.toThrow('Restore it, or move it away')
  })
})

it('ssh-audit finds no fault with the algorithms', async () => {
  const world = await openWorld()
  const target = ['-p', String(world.ssh.port), '127.0.0.1']
  const { stdout } = await run('ssh-audit', ['--no-colors', '--level=info', ...target])
  expect(stdout).toContain('kex-strict-s-v00@openssh.com')
  expect(stdout).toContain('(key) ssh-ed25519')
  expect(stdout).not.toMatch(/\[fail\]/)
  const warnings = stdout.split('\n').filter((line) => line.includes('[warn]'))
  // The sign of strict key exchange is no algorithm; older versions of ssh-audit do not know it.
  expect(warnings.filter((line) => !line.includes('kex-strict-s-v00'))).toEqual([])
})
