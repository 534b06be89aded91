import { execFile } from 'node:child_process'
import { mkdir, readFile, readlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { AgentConfig, Recipe, RecipeValues } from '../../src/agent/recipe/model.ts'
import { hostsOf, parseAgentConfig, parseRecipe, recipeFor } from '../../src/agent/recipe/recipe.ts'
import type { Remote, Run, RunEntry, RunOutcome } from '../../src/agent/remote/model.ts'
import { openRemote } from '../../src/agent/remote/remote.ts'
import { type Hosts, startHosts } from './hosts.ts'
import { makeKey, type Sshd, startSshd } from './sshd.ts'

const run = promisify(execFile)

/** Three hosts, a git server with a repository, and the agent's way to them. */
export type Place = AsyncDisposable & {
  readonly folder: string
  readonly hosts: Hosts
  readonly gitServer: Sshd
  readonly config: AgentConfig
  readonly remote: Remote
  /** Commits these files on a branch (main unless said) and gives the sha. */
  commit(files: Readonly<Record<string, string>>, branch?: string): Promise<string>
  git(...args: readonly string[]): Promise<string>
  /** The recipe text with `${{ host.name }}` folders, plus what a test adds. */
  recipe(values: Omit<RecipeValues, 'environment'>, more?: string): Recipe
  deploy(id: number, sha: string, more?: DeployOptions): Promise<Ran>
  /** What a host serves: `current`'s target and the content of its `index.html`. */
  serves(name: string): Promise<{ release: string; page: string } | null>
  inside(name: string, ...path: readonly string[]): string
}

type DeployOptions = Partial<Omit<Run, 'recipe'>> & {
  readonly recipe?: string
  readonly onLog?: (line: string) => void
}

type Ran = {
  readonly outcome: RunOutcome
  readonly lines: readonly string[]
  readonly entries: readonly RunEntry[]
}

/** What a run needs of a place; a second process makes its own. */
export type Ground = Pick<Place, 'folder' | 'config' | 'remote'>

export async function startPlace(...names: readonly string[]): Promise<Place> {
  await using undo = new AsyncDisposableStack()
  const hosts = undo.use(await startHosts(...names))
  const { folder } = hosts
  const deployKey = join(folder, 'deploy_key')
  const userKey = await makeKey(deployKey)
  const gitServer = undo.use(await startSshd({ name: 'git', folder, userKey }))
  const repository = join(folder, 'docs.git')
  const work = join(folder, 'work')
  await run('git', ['init', '-q', '--bare', '-b', 'main', repository])
  await run('git', ['init', '-q', '-b', 'main', work])
  const git = async (...args: readonly string[]) => {
    const who = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com']
    return (await run('git', ['-C', work, ...who, ...args])).stdout.trim()
  }
  await git('remote', 'add', 'origin', repository)
  const text = configText(hosts, { gitServer, deployKey, repository })
  const configFile = join(folder, 'agent.yml')
  await writeFile(configFile, text)
  const config = parseAgentConfig(text, configFile)
  const remote = undo.use(await openRemote(config, { leaseSeconds: 6, connectTimeoutMs: 5_000 }))
  const done = undo.move()
  const inside = (name: string, ...path: readonly string[]) => join(folder, name, 'srv', ...path)

  const place: Place = {
    folder,
    hosts,
    gitServer,
    config,
    remote,
    git,
    inside,
    commit: async (files, branch = 'main') => {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(work, path)), { recursive: true })
        await writeFile(join(work, path), text)
      }
      await git('add', '-A')
      await git('commit', '-q', '--allow-empty', '-m', 'Change')
      await git('push', '-q', 'origin', `HEAD:refs/heads/${branch}`)
      return await git('rev-parse', 'HEAD')
    },
    recipe: (values, more = '') => recipeIn(folder, values, more),
    deploy: (id, sha, more = {}) => deploy(place, { id, sha }, more),
    serves: async (name) => {
      const release = await readlink(inside(name, 'current')).catch(() => null)
      if (release === null) return null
      return { release, page: await readFile(inside(name, 'current', 'index.html'), 'utf8') }
    },
    [Symbol.asyncDispose]: () => done.disposeAsync(),
  }
  return place
}

const recipeIn = (folder: string, values: Omit<RecipeValues, 'environment'>, more: string) =>
  recipeFor(parseRecipe(recipeText(folder, more), 'deploy.yml'), {
    ...values,
    environment: 'production',
  })

const recipeText = (folder: string, more: string) => `version: 1
service: docs
strategy: files
files:
  deploy_to: "${folder}/\${{ host.name }}/srv"
  keep_releases: 2
hosts: { roles: [web] }
timeouts: { kill_after: 500ms }
${more}`

/** JSON is YAML: the configuration goes through the same door as an operator's. */
function configText(
  { folder, hosts, userKeyFile }: Hosts,
  about: { gitServer: Sshd; deployKey: string; repository: string },
): string {
  const { gitServer, deployKey, repository } = about
  const inventory = hosts.map(({ name, address, port, user, identity, hostKeys }) => [
    name,
    {
      address,
      port,
      user,
      identity,
      host_key: hostKeys[0],
      roles: ['web'],
      environments: ['production'],
    },
  ])
  return JSON.stringify({
    version: 1,
    agent: { id: 'agent-1', data_dir: join(folder, 'agent') },
    forges: [
      { name: 'main', api_url: 'http://127.0.0.1:1', token: { env: 'TOKEN' }, intake: ['poll'] },
    ],
    rules: [
      {
        name: 'docs',
        repos: ['octo/docs'],
        environments: ['production'],
        refs: ['main', 'v*'],
        git: {
          url: `ssh://${userInfo().username}@127.0.0.1:${gitServer.host.port}${repository}`,
          identity: 'git',
          host_key: gitServer.host.hostKeys[0],
        },
        config: { from: 'default_branch' },
      },
    ],
    identities: { deploy: { file: userKeyFile }, git: { file: deployKey } },
    inventory: Object.fromEntries(inventory),
  })
}

async function deploy(
  place: Place,
  at: { id: number; sha: string },
  options: DeployOptions,
): Promise<Ran> {
  const { recipe: more = '', onLog, ...overrides } = options
  const source = await fetchOf(place, at.sha)
  const recorded = recordRun(place, { deploymentId: at.id, sha: at.sha }, { more, onLog })
  const outcome = await place.remote.runDeployment({ ...recorded.run, ...overrides, source })
  return { outcome, ...recorded }
}

export function fetchOf({ remote, config }: Pick<Ground, 'remote' | 'config'>, sha: string) {
  const [rule] = config.rules
  if (!rule) throw new Error('no rule')
  return remote.fetchSource({
    git: rule.git,
    sha,
    refs: rule.refs,
    signal: new AbortController().signal,
  })
}

/** A run that remembers its log and its journal. */
export function recordRun(
  { folder, config }: Pick<Ground, 'folder' | 'config'>,
  values: Omit<RecipeValues, 'environment'>,
  { more = '', onLog = () => {} }: { more?: string; onLog?: ((line: string) => void) | undefined },
) {
  const lines: string[] = []
  const entries: RunEntry[] = []
  const recipe = recipeIn(folder, values, more)
  const run: Run = {
    recipe,
    hosts: hostsOf(recipe, config.inventory),
    deployment: {
      id: values.deploymentId,
      sha: values.sha,
      ref: 'main',
      environment: 'production',
      task: 'deploy',
      creator: 'octocat',
      payload: '{}',
    },
    allow: { runsOnAgent: false, become: [] },
    secrets: new Map(),
    log: (line) => {
      lines.push(line)
      onLog(line)
    },
    journal: async (entry) => {
      entries.push(entry)
    },
    progress: () => {},
    signal: new AbortController().signal,
  }
  return { run, lines, entries }
}

/** A real site: serves what is in a host's `current`, as it is at that moment. */
export async function serveCurrent(
  folder: string,
): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((_, response) => {
    readFile(join(folder, 'current', 'index.html'), 'utf8').then(
      (page) => response.writeHead(page.includes('broken') ? 500 : 200).end(page),
      () => response.writeHead(503).end('nothing here'),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
