import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeKey, startSshd } from '../../test/remote/sshd.ts'
import { atLeast, compared, type Row } from '../finding.ts'
import { docs, installSlipway } from '../installation.ts'
import { interleave, type Load } from '../measure.ts'
import type { Slipway } from '../peers.ts'

const run = promisify(execFile)
const size = { quick: 32, whole: 128 }

/** A clone by OpenSSH's client with its own choice of ciphers, of the same bare repository. */
export const clone: Row = {
  name: 'clone',
  async measure({ folder, rounds, isQuick }) {
    await using server = await installSlipway(folder)
    const key = join(folder, 'key')
    const userKey = await makeKey(key)
    await using sshd = await startSshd({ name: 'sshd', folder, userKey })
    await addKey(server.load, userKey)
    const megabytes = isQuick ? size.quick : size.whole
    await pushContent(server.slipway, { folder, key, megabytes })

    const { host } = sshd
    const id = await repositoryId(server.load)
    const path = join(server.slipway.data, 'repositories', `${id}.git`)
    const rateOf = (url: string) => async () => {
      const into = join(folder, 'clone')
      const startedAt = performance.now()
      await git(['clone', '-q', '--bare', url, into], key)
      const seconds = (performance.now() - startedAt) / 1000
      rmSync(into, { recursive: true })
      return megabytes / seconds
    }
    const ours = rateOf(`${server.slipway.sshUrl}/octo/docs.git`)
    const theirs = rateOf(`ssh://${host.user}@${host.address}:${host.port}${path}`)
    for (const warm of [ours, theirs]) await warm()
    const about = { what: `Clone of ${megabytes} MB over SSH`, unit: 'MB/s' }
    const rates = await interleave(rounds, ours, theirs)
    return [compared({ ...about, against: "OpenSSH's sshd", bar: atLeast(0.8) }, rates)]
  },
}

async function addKey({ ask }: Load, key: string): Promise<void> {
  const body = () => ({ title: 'bench', key, read_only: false })
  await ask({ name: 'a deploy key', method: 'POST', path: `${docs}/keys`, body })
}

async function repositoryId({ ask }: Load): Promise<number> {
  return JSON.parse(await ask({ name: 'the repository', method: 'GET', path: docs })).id
}

type Content = { readonly folder: string; readonly key: string; readonly megabytes: number }

/** More than a hundred in all: a push of fewer is not kept as a pack, which clones would then have to make. */
const filesInMegabyte = 8

/** Files that nothing can be saved on. */
async function pushContent({ sshUrl }: Slipway, { folder, key, megabytes }: Content) {
  const checkout = join(folder, 'content')
  mkdirSync(checkout)
  const inside = (...args: string[]) => git(['-C', checkout, ...args], key)
  await git(['init', '-q', '-b', 'content', checkout], key)
  for (let n = 0; n < megabytes * filesInMegabyte; n += 1)
    writeFileSync(join(checkout, `file-${n}`), randomBytes((1024 * 1024) / filesInMegabyte))
  await inside('add', '.')
  await inside(
    '-c',
    'user.name=octo',
    '-c',
    'user.email=octo@localhost',
    'commit',
    '-qm',
    'Content',
  )
  await inside('push', '-q', `${sshUrl}/octo/docs.git`, 'content')
  rmSync(checkout, { recursive: true })
}

function git(args: readonly string[], key: string) {
  const options = [
    '-i',
    key,
    '-o',
    'StrictHostKeyChecking=no',
    '-o',
    'UserKnownHostsFile=/dev/null',
  ]
  const ssh = ['ssh', '-F', 'none', '-o', 'IdentitiesOnly=yes', '-o', 'LogLevel=ERROR', ...options]
  return run('git', [...args], { env: { ...process.env, GIT_SSH_COMMAND: ssh.join(' ') } })
}
