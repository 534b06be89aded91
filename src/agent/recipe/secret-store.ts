import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem } from '../../lib/problem.ts'
import { runProgram } from '../../lib/program.ts'
import type { SecretPlaces, SecretSource, SecretStore } from './model.ts'

const secretBytesMax = 1024 * 1024
const execTimeoutMs = 30_000
const filesMax = 1_000

/** The value of one secret; the newline that ends a file is not part of it. */
export async function readSource(source: SecretSource, places: SecretPlaces): Promise<string> {
  switch (source.kind) {
    case 'env':
      return present(places.env[source.name], `the environment variable ${source.name}`)
    case 'file':
      return await readValue(source.path)
    case 'credential':
      return await readValue(credentialPath(source.name, places))
    case 'exec':
      return present(chomp(await execute(source.argv, places)), `the output of ${source.argv[0]}`)
  }
}

function credentialPath(name: string, { credentialsDirectory }: SecretPlaces): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) return join(credentialsDirectory, name)
  throw new Problem(
    'invalid',
    `credential "${name}" is not a file name: letters, digits, ".", "_" and "-" only`,
  )
}

const readValue = async (path: string) => present(chomp((await readPrivate(path)).toString()), path)

function present(value: string | undefined, place: string): string {
  if (value) return value
  throw new Problem('invalid', `No secret found: ${place} is empty or not set`)
}

const chomp = (text: string) => text.replace(/\r?\n$/, '')

/** A file that only its owner may read, as a secret must be kept. */
async function readPrivate(path: string): Promise<Buffer> {
  await using handle = await open(path).catch((error: Error) => {
    throw new Problem('invalid', `The secret ${path} cannot be read: ${error.message}`)
  })
  const { mode, size } = await handle.stat()
  if ((mode & 0o077) !== 0) {
    throw new Problem('invalid', `The secret ${path} can be read by others: run chmod 600 ${path}`)
  }
  if (size > secretBytesMax) throw new Problem('invalid', `The secret ${path} is larger than 1 MB`)
  return await handle.readFile()
}

/** Every name and value of a store; where two parts name the same, the later of dotenv, exec, dir wins. */
export async function readStore(
  store: SecretStore,
  places: SecretPlaces,
): Promise<ReadonlyMap<string, string>> {
  const dotenv = store.dotenv ? parseDotenv((await readPrivate(store.dotenv)).toString()) : []
  const exec = store.exec.length > 0 ? parseEnv(await execute(store.exec, places)) : []
  const dir = store.dir ? await readFolder(store.dir) : []
  return new Map([...dotenv, ...exec, ...dir])
}

async function readFolder(folder: string): Promise<[string, string][]> {
  const names = await readdir(folder).catch((error: Error) => {
    throw new Problem('invalid', `The secrets in ${folder} cannot be read: ${error.message}`)
  })
  const plain = names.filter((name) => !name.startsWith('.')).sort()
  if (plain.length > filesMax)
    throw new Problem('invalid', `${folder} holds over ${filesMax} secrets`)
  return await Promise.all(
    plain.map(
      async (name): Promise<[string, string]> => [
        name,
        chomp((await readPrivate(join(folder, name))).toString()),
      ],
    ),
  )
}

async function execute(argv: readonly string[], { env }: SecretPlaces): Promise<string> {
  const given = Object.entries(env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  const limits = { timeoutMs: execTimeoutMs, outputBytesMax: secretBytesMax }
  const { code, stdout } = await runProgram({ argv, env: Object.fromEntries(given) }, limits)
  if (code === 0) return stdout.toString()
  throw new Problem(
    'invalid',
    `${argv[0]} gave no secrets: it ended with ${code ?? 'a signal or after 30 s'}`,
  )
}

/** `NAME=value` lines; `export`, comments, and quotes as in a shell, without any expansion. */
export function parseDotenv(text: string): [string, string][] {
  const line =
    /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*(?:'([^']*)'|"((?:[^"\\]|\\.)*)"|([^\r\n]*?))[ \t]*\r?$/gm
  return [...text.matchAll(line)].map(([, name = '', single, double, plain = '']) => [
    name,
    single ?? (double === undefined ? plain : unescapeDouble(double)),
  ])
}

const unescapeDouble = (text: string) =>
  text.replaceAll(/\\(.)/gs, (_, c: string) => (c === 'n' ? '\n' : c))

/** The output of `env` or `env -0`. */
function parseEnv(output: string): [string, string][] {
  const entries = output.split(output.includes('\0') ? '\0' : '\n')
  return entries.flatMap((entry): [string, string][] => {
    const [, name, value = ''] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(entry) ?? []
    return name ? [[name, value]] : []
  })
}
