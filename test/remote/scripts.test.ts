import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  cleanScript,
  exits,
  type FilesPlan,
  layoutScript,
  prepareScript,
  publishScript,
} from '../../src/agent/remote/plan-files.ts'
import { runProgram, startProgram } from '../../src/lib/program.ts'

let base = ''
const sha = (id: number) => String(id % 10).repeat(40)
const nameOf = (id: number) => `${id}-${sha(id).slice(0, 7)}`

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'slipway-test-'))
})
afterEach(() => rm(base, { recursive: true, force: true }))

const planOf = (id: number, more: Partial<FilesPlan['files']> = {}): FilesPlan => ({
  files: {
    kind: 'files',
    deployTo: base,
    current: 'current',
    sharedDirs: [],
    sharedFiles: [],
    keepReleases: 5,
    transfer: 'archive',
    activate: 'symlink',
    ...more,
  },
  deploymentId: id,
  release: nameOf(id),
  sha: sha(id),
})

async function runScript(script: string, path = '/usr/bin:/bin') {
  const program = { argv: ['/bin/sh', '-ec', script], env: { PATH: path } }
  const { code, stdout, stderr } = await runProgram(program, {
    timeoutMs: 20_000,
    outputBytesMax: 65_536,
  })
  return { code, said: `${stdout}${stderr}`.trim() }
}

async function makeRelease(id: number): Promise<void> {
  await mkdir(join(base, 'releases', nameOf(id)), { recursive: true })
  await writeFile(join(base, 'releases', nameOf(id), 'REVISION'), `${sha(id)}\n`)
}

/** A folder for PATH with these programs of the system and these scripts. */
async function makePath(programs: readonly string[], scripts: Readonly<Record<string, string>>) {
  const folder = join(base, 'path')
  await mkdir(folder)
  for (const name of programs) await symlink(`/usr/bin/${name}`, join(folder, name))
  for (const [name, text] of Object.entries(scripts)) {
    await writeFile(join(folder, name), text)
    await chmod(join(folder, name), 0o755)
  }
  return folder
}

const tools = ['mkdir', 'rm', 'ln', 'cat', 'flock', 'tar', 'readlink']
const plainMv = '#!/bin/sh\n[ "$1" != -T ] || exit 1\nexec /usr/bin/mv "$@"\n'

describe('publishing', () => {
  it('never lets an older id win, however many come at once', async () => {
    const ids = [7, 3, 9, 1, 8, 2, 6, 4, 5]
    for (const id of ids) await makeRelease(id)
    await mkdir(join(base, '.deploy'))
    const ends = await Promise.all(ids.map((id) => runScript(publishScript(planOf(id), { id }))))
    expect(ends.every(({ code }) => code === 0 || code === exits.fenced)).toBe(true)
    expect(await readlink(join(base, 'current'))).toBe(`releases/${nameOf(9)}`)
    expect(await readFile(join(base, '.deploy', 'fence'), 'utf8')).toBe('9\n')
    const audit = (await readFile(join(base, '.deploy', 'audit.jsonl'), 'utf8')).trim().split('\n')
    const published = audit.map((line): number => JSON.parse(line).id)
    expect(published).toEqual(published.toSorted((a, b) => a - b))
    expect(ends.filter(({ code }) => code === 0)).toHaveLength(published.length)
  })

  it('refuses a release that is not whole, and a current that is a folder', async () => {
    await mkdir(join(base, '.deploy'))
    expect(await runScript(publishScript(planOf(1), {}))).toEqual({
      code: exits.refused,
      said: `there is no complete release ${nameOf(1)} here`,
    })
    await makeRelease(1)
    await mkdir(join(base, 'current'))
    expect(await runScript(publishScript(planOf(1), {}))).toMatchObject({
      code: exits.refused,
      said: expect.stringContaining('is no link'),
    })
  })

  it('leads from a deeper current', async () => {
    await makeRelease(1)
    await mkdir(join(base, '.deploy'))
    const plan = planOf(1, { current: 'www/site/current' })
    expect((await runScript(publishScript(plan, {}))).code).toBe(0)
    expect(await readFile(join(base, 'www/site/current/REVISION'), 'utf8')).toBe(`${sha(1)}\n`)
  })

  it('gives up when another holds the lock', async () => {
    await makeRelease(1)
    await mkdir(join(base, '.deploy'))
    const holder = await startProgram({
      argv: ['flock', join(base, '.deploy', 'lock'), 'sh', '-c', 'echo held; sleep 60'],
      env: { PATH: '/usr/bin:/bin' },
    })
    await new Promise((resolve) => holder.stdout.once('data', resolve))
    const impatient = publishScript(planOf(1), {}).replace('flock -w 10', 'flock -w 1')
    expect(await runScript(impatient)).toMatchObject({ code: exits.locked })
    holder.kill()
    await holder.exited
    expect((await runScript(impatient)).code).toBe(0)
  })
})

describe('a host', () => {
  it('without mv -T is served by perl, without both it is refused', async () => {
    const poor = await makePath(tools, { mv: plainMv })
    expect(await runScript(layoutScript(planOf(1)), poor)).toMatchObject({
      code: exits.unable,
      said: expect.stringContaining('install perl'),
    })
    await symlink('/usr/bin/perl', join(poor, 'perl'))
    expect(await runScript(layoutScript(planOf(1)), poor)).toEqual({ code: 0, said: '' })
  })

  it('without flock is refused by name', async () => {
    const path = await makePath(
      tools.filter((name) => name !== 'flock'),
      {},
    )
    expect(await runScript(layoutScript(planOf(1)), path)).toEqual({
      code: exits.unable,
      said: 'the host has no flock; install it',
    })
  })
})

describe('preparing', () => {
  const prepare = async (plan: FilesPlan, folder: string) =>
    await runScript(
      prepareScript(plan).replace('tar -xof -', `tar -c -C '${folder}' . | tar -xof -`),
    )

  it('does not follow a link of the repository out of the release', async () => {
    const [repository, outside] = [join(base, 'repository'), join(base, 'outside')]
    await mkdir(join(base, 'releases'))
    await mkdir(repository)
    await mkdir(join(outside, 'b'), { recursive: true })
    await symlink(outside, join(repository, 'a'))
    expect(await prepare(planOf(1, { sharedDirs: ['a/b'] }), repository)).toEqual({
      code: exits.refused,
      said: 'shared path a/b: a is a link in the release',
    })
    expect(await readdir(outside)).toEqual(['b'])
  })

  it('does not write REVISION through a link of the repository', async () => {
    const [repository, victim] = [join(base, 'repository'), join(base, 'victim')]
    await mkdir(join(base, 'releases'))
    await mkdir(repository)
    await writeFile(victim, 'untouched')
    await symlink(victim, join(repository, 'REVISION'))
    expect((await prepare(planOf(1), repository)).code).toBe(0)
    expect(await readFile(victim, 'utf8')).toBe('untouched')
    expect(await readFile(join(base, 'releases', nameOf(1), 'REVISION'), 'utf8')).toBe(
      `${sha(1)}\n`,
    )
  })

  it('has no release by that name until it is whole', async () => {
    await mkdir(join(base, 'releases'))
    await writeFile(join(base, 'broken.tar'), Buffer.alloc(3_000, 65))
    const script = prepareScript(planOf(1)).replace('tar -xof -', `tar -xof '${base}/broken.tar'`)
    expect((await runScript(script)).code).not.toBe(0)
    expect(await readdir(join(base, 'releases'))).toEqual([`.${nameOf(1)}.partial`])
    await mkdir(join(base, '.deploy'))
    expect((await runScript(cleanScript(planOf(1)))).code).toBe(0)
    expect(await readdir(join(base, 'releases'))).toEqual([])
  })
})

it('cleaning leaves current and good releases of the same deployment', async () => {
  await makeRelease(5)
  await mkdir(join(base, '.deploy'))
  await runScript(publishScript(planOf(5), {}))
  expect((await runScript(cleanScript(planOf(5)))).code).toBe(0)
  await expect(stat(join(base, 'current', 'REVISION'))).resolves.toBeDefined()
})
