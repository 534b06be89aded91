import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

/**
 * The map. A folder (or a file at the root of src) may import what its row
 * names, and itself. A row names only rows above it, so there are no cycles.
 * A folder goes by its own name, in whichever room it lies.
 */
const mayImport: Record<string, string> = {
  lib: '',
  network: '',
  passwords: 'lib',
  journal: 'lib',
  'sealed-box': '',
  'trace-context': '',
  tables: '',
  store: 'lib tables',
  openid: 'lib network',
  recent: 'store tables',
  http: 'lib recent',
  'ref-files': 'recent',
  'git-process': 'lib recent',
  git: 'lib recent ref-files git-process',
  sender: 'lib network',
  'rate-limit': 'lib http',
  app: 'lib store tables git rate-limit openid',
  holds: 'store tables app',
  notices: 'store tables app',
  audit: 'lib store tables app notices',
  'late-flush': 'store app git',
  accounts: 'lib store tables http app audit',
  auth: 'lib store tables http app accounts audit recent',
  apps: 'lib store tables http app accounts auth audit',
  events: 'lib store tables app accounts recent',
  repositories: 'lib store tables git http app accounts auth events audit recent',
  'cd-events': 'lib store tables http app events repositories',
  feed: 'lib store tables http app accounts auth repositories notices',
  'fine-grained-tokens': 'lib store tables app accounts auth repositories',
  installations: 'lib store tables http app holds accounts auth apps repositories events audit',
  enterprise: 'lib store tables http app accounts auth audit',
  organizations: 'lib store tables http app accounts auth audit',
  people: 'lib store tables http app accounts auth repositories organizations',
  'audit-log': 'lib store tables http app audit auth repositories organizations',
  teams: 'lib store tables http app accounts auth repositories organizations people audit',
  'branch-protection': 'lib store tables git http app auth repositories holds audit recent',
  checks: 'lib store tables git http app accounts auth events repositories apps audit',
  commits:
    'lib store tables git http app accounts auth audit events repositories branch-protection checks recent',
  contents: 'lib git http app accounts auth repositories commits',
  environments:
    'lib store tables http app holds accounts auth events repositories teams audit cd-events',
  'protection-rules': 'lib store tables http app holds auth repositories environments audit',
  pins: 'lib store tables app notices accounts repositories audit',
  freezes: 'lib store tables http app holds accounts auth repositories environments audit',
  holders: 'lib store tables http auth repositories organizations environments audit',
  secrets:
    'lib sealed-box store tables http app auth repositories holders accounts environments audit',
  variables: 'lib store tables http app auth repositories secrets holders accounts audit',
  queues: 'lib store tables http git app holds auth repositories environments audit',
  gates:
    'lib store tables http app holds accounts auth repositories branch-protection environments freezes protection-rules queues audit',
  readiness: 'lib store tables git http app accounts auth repositories checks commits gates',
  deployability:
    'lib store tables git http app auth repositories environments gates readiness queues',
  deployments:
    'lib store tables git http app holds accounts auth events repositories environments gates readiness deployability apps checks commits queues audit cd-events recent',
  reviews:
    'lib store tables http git app holds accounts auth events repositories teams environments protection-rules queues gates deployments audit',
  lifetimes: 'lib store tables http app audit auth repositories environments deployments',
  'environment-names':
    'lib store tables http app holds audit auth events repositories environments',
  claims:
    'lib sealed-box store tables http app holds auth repositories environments holders secrets variables gates deployments audit',
  current: 'lib store tables git http app accounts auth repositories environments deployments',
  dora: 'lib store http app auth repositories environments',
  rollbacks: 'lib store http git app auth repositories gates deployments',
  loaders: 'lib store tables git app environments',
  nodes:
    'lib store tables git http app accounts auth repositories commits environments deployments loaders',
  graphql: 'lib http auth nodes',
  'deploy-keys': 'lib store tables http app accounts auth events repositories audit',
  signing: 'lib',
  deliveries:
    'lib store tables http network trace-context sender app accounts auth events repositories recent signing',
  leases: 'lib store tables app',
  retention: 'lib store tables app',
  crashes: 'lib',
  dispatch: 'lib store tables network sender app deliveries leases',
  metrics: 'lib store tables app dispatch',
  tracing: 'lib trace-context store tables git app',
  hooks:
    'lib store tables http network app accounts auth events repositories organizations deliveries apps audit recent',
  'hook-filters': 'store tables http auth events hooks audit app',
  replay: 'lib store tables http app auth repositories deliveries hooks',
  'hook-options': 'lib store tables http app auth deliveries hooks audit',
  'repository-dispatch': 'lib store tables http app accounts auth events repositories',
  transports:
    'lib store tables git http app accounts auth audit events repositories commits deploy-keys',
  tries: 'store tables app',
  sessions: 'lib store tables app accounts audit',
  identities: 'lib store tables openid app accounts enterprise audit',
  elements: '',
  asked: 'store repositories',
  web: 'lib http app accounts elements sessions audit feed asked',
  dashboard: 'lib http app accounts auth repositories elements sessions web',
  insights: 'lib dora elements web dashboard',
  'kept-values':
    'lib tables http accounts repositories organizations environments holders secrets variables elements web dashboard',
  'environment-parts':
    'lib store app repositories branch-protection environments protection-rules freezes queues gates lifetimes elements web dashboard kept-values',
  'environment-settings':
    'lib store http accounts auth repositories teams environments protection-rules freezes queues gates lifetimes environment-names elements web dashboard kept-values environment-parts',
  'key-settings': 'http auth repositories deploy-keys elements web dashboard',
  'hook-places': 'repositories deliveries hooks hook-options elements web dashboard',
  'hook-settings':
    'store http auth repositories deployments hooks hook-filters hook-options elements web dashboard hook-places',
  'delivery-pages':
    'lib store http app repositories deliveries hooks replay elements web dashboard hook-places',
  'deployment-logs':
    'lib store tables http app auth repositories deployments journal web dashboard',
  timeline:
    'store tables git app accounts repositories environments deployments current elements web dashboard lib pins',
  sequence: 'store gates deployments elements',
  'deployment-page':
    'lib store tables git http app holds accounts auth repositories gates deployments reviews current rollbacks elements web dashboard timeline deployment-logs sequence',
  inbox:
    'lib store tables git app holds repositories deployments reviews elements web dashboard timeline asked',
  live: 'lib app feed sessions web dashboard',
  grid: 'lib recent app accounts repositories current elements web dashboard pins',
  setup: 'lib app passwords accounts tries sessions web',
  'sign-in':
    'lib elements store tables app passwords accounts tries sessions web dashboard audit http openid identities',
  'oauth-apps': 'lib store tables http app accounts auth audit',
  consent: 'auth oauth-apps',
  'access-forms': 'lib auth repositories web consent app dashboard accounts',
  'value-settings':
    'store http accounts repositories holders secrets variables elements web dashboard kept-values access-forms',
  'token-settings':
    'lib store tables app accounts auth repositories fine-grained-tokens organizations elements web dashboard consent access-forms',
  manifests:
    'lib store tables http network app accounts auth apps hooks web dashboard consent audit installations',
  'app-settings':
    'lib store tables http app accounts auth repositories apps installations hooks organizations elements web dashboard consent access-forms manifests hook-places delivery-pages',
  grants: 'lib store tables http app accounts auth oauth-apps audit',
  'application-settings':
    'lib store tables app elements web dashboard oauth-apps consent grants accounts',
  'api-calls': 'lib http auth enterprise organizations teams web dashboard',
  'organization-pages':
    'lib store tables accounts repositories organizations elements web dashboard api-calls',
  'admin-pages': 'lib store tables passwords accounts elements web dashboard api-calls',
  'audit-pages': 'lib tables app audit audit-log elements web dashboard',
  'device-flow': 'lib store tables app auth tries web oauth-apps consent grants audit',
  oauth:
    'lib store tables http app accounts auth tries web oauth-apps consent grants device-flow audit',
  admin:
    'lib store tables git http app passwords accounts auth apps repositories fine-grained-tokens installations manifests sessions oauth-apps audit identities',
  api: 'lib http app accounts auth rate-limit oauth-apps audit recent',
  meta: 'lib http app auth api rate-limit',
  'first-deployment':
    'lib store app accounts auth api repositories elements sessions web dashboard',
  client: 'lib',
  recipe: 'lib',
  ssh: 'lib recipe',
  source: 'lib recipe ssh',
  remote: 'lib recipe ssh source',
  vault: 'lib sealed-box client recipe journal',
  'log-page': 'lib journal',
  receiver: 'lib',
  ledger: 'lib client recipe remote journal',
  'log-sender': 'lib client journal ledger',
  agent: 'lib client recipe remote journal vault log-page log-sender receiver ledger',
  cli: 'lib client',
  'gate-commands': 'lib client cli',
  'hook-commands': 'lib client cli',
  'current-commands': 'lib client cli',
  demo: 'lib client',
  expectations: '',
  conformance: 'lib expectations',
  routes:
    'lib http app accounts auth repositories people graphql branch-protection checks commits contents environments secrets variables deployments deploy-keys deliveries hooks admin meta enterprise organizations teams repository-dispatch grants apps installations manifests hook-options feed hook-filters replay protection-rules freezes gates deployability reviews claims current rollbacks queues audit-log lifetimes environment-names deployment-logs dora',
  pages:
    'web sign-in token-settings application-settings app-settings organization-pages admin-pages audit-pages device-flow oauth manifests live grid timeline deployment-logs deployment-page inbox environment-settings value-settings key-settings hook-settings delivery-pages setup first-deployment insights',
  config: 'lib network openid',
  server:
    'lib store tables git late-flush http app api config routes accounts auth holders secrets deliveries hooks transports admin rate-limit web pages retention dispatch recent reviews metrics tracing leases crashes audit lifetimes openid',
  operator: 'lib config accounts admin server audit app setup',
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

const migrations = 'store/migrations'
/** Folders that hold others. No name is taken twice. */
const rooms = ['agent', 'audit', 'cli', 'delivery', 'git', 'graphql', 'hooks', 'oauth', 'pages']

const partOf = (file: string) => {
  if (dirname(file) === migrations) return 'store'
  return file.includes('/') ? basename(dirname(file)) : basename(file, '.ts')
}
const frontDoors = (part: string) => [
  `${part}.ts`,
  'model.ts',
  'payload.ts',
  'route.ts',
  // A GitHub App, once it is registered.
  'change-app.ts',
  // A deployment's other half.
  'statuses.ts',
  // The half of hooks that only asks, and where requests find them.
  'find-hooks.ts',
  'levels.ts',
  'find-deployment.ts',
  // Events as they happen, and who may see which.
  'stream.ts',
  'sight.ts',
  // An environment's rules.
  'protection.ts',
  'branch-policies.ts',
  // An environment's lock.
  'locks.ts',
  // What a commit's checks say of it.
  'contexts.ts',
  // The way to a provider and back.
  'flows.ts',
  // What a deploy key is made of.
  'public-key.ts',
]
/** May be entered by any file: things without a domain, and parts of one page each. */
const capabilities =
  'lib audit network openid signing tables store recent git-process http rate-limit auth admin api cli journal web elements dashboard kept-values environment-parts'.split(
    ' ',
  )
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
        /^(?:routes|pages\/pages|pages\/api-calls\/api-calls)\.ts$/.test(file) &&
        basename(target).endsWith('routes.ts')
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
      .filter(
        (from) => !from?.match(/^\.\/(model|permissions|decide-[\w-]+)\.ts$|^(?:\.\.\/)+lib\//),
      )
    expect(outside).toEqual([])
  })

  it('keeps programs clients: agent and cli know no domain', () => {
    const known = ['lib', 'sealed-box', 'client']
    const isProgram = (file: string) => /^(?:agent|cli)\//.test(file)
    const strays = imports.filter(
      ({ file, target }) =>
        isProgram(file) && !isProgram(target) && !known.includes(partOf(target)),
    )
    expect(strays.map(show)).toEqual([])
  })

  it('stays one folder deep, two in a room, with at most twelve sources in a folder', () => {
    const folders = [...new Set(files.filter((file) => file.includes('/')).map(dirname))]
    const deep = folders.filter((folder) => folder.includes('/') && folder !== migrations)
    expect(deep.filter((folder) => !rooms.includes(dirname(folder)))).toEqual([])
    expect(new Set(folders.map((folder) => basename(folder))).size).toBe(folders.length)
    const sizes = Map.groupBy(
      files.filter((file) => file.includes('/')),
      (file) => dirname(file),
    )
    // Migrations are a history: it only grows.
    const crowded = [...sizes].filter(([, inside]) => inside.length > 12).map(([folder]) => folder)
    expect(crowded).toEqual([migrations])
  })
})
