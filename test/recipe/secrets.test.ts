import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SecretSource, SecretStore } from '../../src/agent/recipe/model.ts'
import {
  openStore,
  parseRecipe,
  readSecret,
  recipeFor,
  secretsFor,
} from '../../src/agent/recipe/recipe.ts'

let folder = ''
const places = () => ({
  env: { PATH: '/usr/bin:/bin', TOKEN: 'from-env' },
  credentialsDirectory: join(folder, 'credentials'),
})

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-test-'))
  await mkdir(join(folder, 'credentials'))
  await writeFile(join(folder, 'credentials', 'forge-token'), 'from-credential\n', { mode: 0o600 })
  await writeFile(join(folder, 'open'), 'x', { mode: 0o644 })
  await chmod(join(folder, 'open'), 0o644)
  await writeFile(join(folder, '.env'), "DATABASE_URL=postgres://x\nPROD_DSN='dsn'\n", {
    mode: 0o600,
  })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const read = async (source: SecretSource) => (await readSecret(source, places())).reveal()

describe('one secret', () => {
  it('comes from a credential, a file, the environment or a program', async () => {
    expect(await read({ kind: 'credential', name: 'forge-token' })).toBe('from-credential')
    expect(await read({ kind: 'file', path: join(folder, 'credentials', 'forge-token') })).toBe(
      'from-credential',
    )
    expect(await read({ kind: 'env', name: 'TOKEN' })).toBe('from-env')
    expect(await read({ kind: 'exec', argv: ['printf', '%s\n', 'from exec'] })).toBe('from exec')
  })

  it('is refused when others can read it, and the fix is named', async () => {
    const path = join(folder, 'open')
    await expect(read({ kind: 'file', path })).rejects.toThrow(`run chmod 600 ${path}`)
  })

  it('is refused when it is not there, or the name is a path', async () => {
    await expect(read({ kind: 'env', name: 'MISSING' })).rejects.toThrow(
      'environment variable MISSING is empty',
    )
    await expect(read({ kind: 'credential', name: '../x' })).rejects.toThrow('is not a file name')
    await expect(read({ kind: 'exec', argv: ['false'] })).rejects.toThrow('false gave no secrets')
  })
})

describe('the secrets of a recipe', () => {
  const recipe = (secret: string) =>
    recipeFor(
      parseRecipe(
        `version: 1\nservice: a\nstrategy: files\nfiles: { deploy_to: /srv/a }\nenv: { secret: [${secret}] }\n`,
        'deploy.yml',
      ),
      { environment: 'production', deploymentId: 1, sha: 'a'.repeat(40) },
    )
  const store = (): SecretStore => ({
    dotenv: join(folder, '.env'),
    exec: ['env', '-i', 'API_KEY=k', 'HOST=h'],
    dir: join(folder, 'credentials'),
    asksForge: false,
    mask: ['*_KEY'],
  })

  it('are those it names, by the name its commands see', async () => {
    const opened = await openStore(store(), places())
    const secrets = secretsFor(recipe('DATABASE_URL, DSN:PROD_DSN'), opened)
    expect([...secrets].map(([name, secret]) => [name, secret.reveal()])).toEqual([
      ['DATABASE_URL', 'postgres://x'],
      ['DSN', 'dsn'],
    ])
    expect(opened.masked.map((secret) => secret.reveal())).toEqual(['k'])
  })

  it('must all be in the store', async () => {
    const opened = await openStore(store(), places())
    expect(() => secretsFor(recipe('NOPE'), opened)).toThrow('env.secret asks for "NOPE"')
  })
})
