import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

/**
 * The map. A folder (or a file at the root of src) may import what its row
 * names, and itself. A row names only rows above it, so there are no cycles.
 */
const mayImport: Record<string, string> = {
  lib: '',
  network: '',
  passwords: 'lib',
  'sealed-box': '',
  'trace-context': '',
  tables: '',
  store: 'lib tables',
  http: 'lib',
  recent: 'store tables',
  'ref-files': 'recent',
  'git-process': 'lib recent',
  git: 'lib recent ref-files git-process',
  sender: 'lib network',
  'rate-limit': 'lib http',
  app: 'lib store tables git rate-limit',
  holds: 'store tables app',

  accounts: 'lib store tables http app',
  auth: 'lib store tables http app accounts',
  apps: 'lib store tables http app accounts auth',
  events: 'lib store tables app accounts',
  repositories: 'lib store tables git http app accounts auth events',
  'cd-events': 'lib store tables http app events repositories',
  feed: 'lib store tables http app accounts auth repositories',
  installations: 'lib store tables http app accounts auth apps repositories events',
  enterprise: 'lib store tables http app accounts auth',
  organizations: 'lib store tables http app accounts auth',
  people: 'lib store tables http app accounts auth repositories organizations',
  teams: 'lib store tables http app accounts auth repositories organizations people',
  'branch-protection': 'lib store tables git http app auth repositories holds',
  checks: 'lib store tables git http app accounts auth events repositories apps',
  commits:
    'lib store tables git http app accounts auth events repositories branch-protection checks',
  contents: 'lib git http app accounts auth repositories commits',
  environments: 'lib store tables http app holds cd-events accounts auth events repositories teams',
  'protection-rules': 'lib store tables http app holds auth repositories environments',
  freezes: 'lib store tables http app holds accounts auth repositories environments',
  holders: 'lib store tables http auth repositories organizations environments',
  secrets: 'lib sealed-box store tables http app auth repositories holders accounts environments',
  variables: 'lib store tables http app auth repositories secrets holders accounts',
  queues: 'lib store tables http git app holds auth repositories environments',
  gates:
    'lib store tables http app holds accounts auth repositories branch-protection environments freezes protection-rules queues',
  readiness: 'lib store tables git http app accounts auth repositories checks commits gates',
  deployability:
    'lib store tables git http app auth repositories environments gates readiness queues',
  deployments:
    'lib store tables git http app holds cd-events accounts auth events repositories environments gates readiness deployability apps checks commits queues',
  reviews:
    'lib store tables http git app holds accounts auth events repositories teams environments protection-rules queues gates deployments',
  claims:
    'lib sealed-box store tables http app holds auth repositories environments holders secrets variables gates deployments',
  current: 'lib store tables git http app accounts auth repositories environments deployments',
  dora: 'lib store http app auth repositories environments',
  rollbacks: 'lib store http git app auth repositories gates deployments',
  loaders: 'lib store tables git app environments',
  nodes:
    'lib store tables git http app accounts auth repositories commits environments deployments loaders',
  graphql: 'lib http auth nodes',
  'deploy-keys': 'lib store tables http app accounts auth events repositories',
  deliveries:
    'lib store tables http network trace-context sender app accounts auth events repositories',
  leases: 'lib store tables app',
  retention: 'lib store tables app',
  crashes: 'lib',
  dispatch: 'lib store tables network sender app deliveries leases',
  metrics: 'lib store tables app dispatch',
  tracing: 'lib trace-context store tables git app',
  hooks:
    'lib store tables http network app accounts auth events repositories organizations deliveries apps',
  'hook-filters': 'lib store tables http auth events repositories hooks',
  replay: 'lib store tables http app auth repositories deliveries hooks',
  'hook-options': 'lib store tables http app auth repositories deliveries hooks',
  'repository-dispatch': 'lib store tables http app accounts auth events repositories',
  transports: 'lib store tables git http app accounts auth events repositories commits deploy-keys',

  tries: 'store tables app',
  sessions: 'lib store tables app accounts',
  elements: '',
  web: 'lib http app accounts elements sessions',
  dashboard: 'lib http app accounts auth repositories elements sessions web',
  insights: 'lib dora elements web dashboard',
  'sign-in': 'lib elements store tables app passwords accounts tries sessions web',
  'oauth-apps': 'lib store tables app accounts auth',
  consent: 'auth oauth-apps',
  manifests: 'lib store tables http network app accounts auth apps hooks web consent',
  grants: 'lib store tables http app accounts auth oauth-apps',
  'device-flow': 'lib store tables app auth tries web oauth-apps consent grants',
  oauth: 'lib store tables app accounts auth tries web oauth-apps consent grants device-flow',

  admin:
    'lib store tables git http app passwords accounts auth apps repositories installations manifests sessions oauth-apps',

  api: 'lib http app accounts auth rate-limit',
  meta: 'lib http app auth api rate-limit',

  client: 'lib',
  recipe: 'lib',
  ssh: 'lib recipe',
  source: 'lib recipe ssh',
  remote: 'lib recipe ssh source',
  journal: 'lib',
  vault: 'lib sealed-box client recipe journal',
  'log-page': 'lib journal',
  receiver: 'lib',
  ledger: 'lib client recipe remote journal',
  agent: 'lib client recipe remote journal vault log-page receiver ledger',
  cli: 'lib client',
  'gate-commands': 'lib cli',
  'hook-commands': 'lib client cli',
  'current-commands': 'lib client cli',
  demo: 'lib client',
  expectations: '',
  conformance: 'lib expectations',

  routes:
    'lib http app accounts auth repositories people graphql branch-protection checks commits contents environments secrets variables deployments deploy-keys deliveries hooks admin meta enterprise organizations teams repository-dispatch grants apps installations manifests hook-options feed hook-filters replay protection-rules freezes gates deployability reviews claims current rollbacks queues dora',
  pages: 'web sign-in device-flow oauth manifests insights',
  config: 'lib network',
  server:
    'lib store tables git http app api config routes accounts auth holders secrets deliveries hooks transports admin rate-limit web pages retention dispatch recent reviews metrics tracing leases crashes',
  operator: 'lib config accounts admin server',
  main: 'lib agent cli operator demo conformance gate-commands hook-commands current-commands',
}

const src = join(import.meta.dirname, '../src')
const files = globSync('**/*.ts', { cwd: src }).filter((file) => !file.endsWith('.test.ts'))
const imports = files.flatMap((file) => importsOf(file).map((target) => ({ file, target })))

/** Static, side-effect and dynamic imports of our own files, relative to src. */
function importsOf(file: string): string[] {
  const source = readFileSync(join(src, file), 'utf8')
  const relatives = source.matchAll(/(?:\bfrom|\bimport) ?\(?'(\.[^']+)'/g)
  return [...relatives].map(([, path = '']) => relative(src, join(src, dirname(file), path)))
}

const partOf = (file: string) =>
  (file.includes('/') ? dirname(file).split('/')[0] : basename(file, '.ts')) ?? ''
const frontDoors = (part: string) => [
  `${part}.ts`,
  'model.ts',
  'payload.ts',
  'route.ts',
  // A deployment's other half.
  'statuses.ts',
  // The half of hooks that only asks.
  'find-hooks.ts',
  'find-deployment.ts',
  // An environment's rules.
  'protection.ts',
  // An environment's lock.
  'locks.ts',
  // What a commit's checks say of it.
  'contexts.ts',
]
const capabilities = [
  'lib',
  'network',
  'tables',
  'store',
  'recent',
  'git-process',
  'http',
  'rate-limit',
  'auth',
  'admin',
  'api',
  'cli',
  'journal',
  'web',
  'elements',
  'dashboard',
]
const show = ({ file, target }: { file: string; target: string }) => `${file} -> ${target}`

describe('the map of src', () => {
  it('finds the imports it is here to check', () => {
    expect(imports.length).toBeGreaterThan(30)
  })

  it('names every part', () => {
    const parts = new Set(files.map(partOf))
    expect([...parts].sort()).toEqual(Object.keys(mayImport).sort())
  })

  it('reads downhill', () => {
    const parts = Object.keys(mayImport)
    const uphill = parts.filter((part, row) =>
      mayImport[part]?.split(' ').some((named) => parts.indexOf(named) >= row),
    )
    expect(uphill).toEqual([])
  })

  it('is kept to', () => {
    const strays = imports.filter(({ file, target }) => {
      const [from, to] = [partOf(file), partOf(target)]
      return from !== to && !mayImport[from]?.split(' ').includes(to)
    })
    expect(strays.map(show)).toEqual([])
  })

  it('enters another domain by its front door', () => {
    const strays = imports.filter(({ file, target }) => {
      const to = partOf(target)
      const isTableOfContents =
        /^(?:routes|pages)\.ts$/.test(file) && basename(target).endsWith('routes.ts')
      const isOurs = partOf(file) === to || capabilities.includes(to) || isTableOfContents
      return !isOurs && target.includes('/') && !frontDoors(to).includes(basename(target))
    })
    expect(strays.map(show)).toEqual([])
  })

  it('keeps every decide.ts pure: no clock, no I/O, no packages', () => {
    const outside = files
      .filter((file) => basename(file).startsWith('decide'))
      .flatMap((file) => [...readFileSync(join(src, file), 'utf8').matchAll(/\bfrom '([^']+)'/g)])
      .map(([, from]) => from)
      .filter((from) => !from?.match(/^\.\/(model|permissions|decide-[\w-]+)\.ts$|^\.\.\/lib\//))
    expect(outside).toEqual([])
  })

  it('keeps programs clients: agent and cli know no domain', () => {
    const programs = [
      'agent',
      'cli',
      'gate-commands',
      'hook-commands',
      'current-commands',
      'recipe',
      'ssh',
      'source',
      'remote',
      'journal',
      'log-page',
      'receiver',
      'ledger',
      'vault',
      'demo',
      'expectations',
      'conformance',
    ]
    const known = ['lib', 'sealed-box', 'client', ...programs]
    const strays = imports.filter(
      ({ file, target }) => programs.includes(partOf(file)) && !known.includes(partOf(target)),
    )
    expect(strays.map(show)).toEqual([])
  })

  it('stays one folder deep, with at most twelve sources in a folder', () => {
    const deep = files.filter((file) => dirname(file).includes('/'))
    expect(deep.filter((file) => !file.startsWith('store/migrations/'))).toEqual([])
    const sizes = Map.groupBy(
      files.filter((file) => file.includes('/')),
      (file) => dirname(file),
    )
    // Migrations are a history: it only grows.
    const crowded = [...sizes].filter(([, inside]) => inside.length > 12).map(([folder]) => folder)
    expect(crowded).toEqual(['store/migrations'])
  })
})
