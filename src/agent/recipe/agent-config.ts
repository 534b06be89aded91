import { isIP } from 'node:net'
import { durationMs } from '../../lib/duration.ts'
import type {
  AgentDocument,
  ForgeDocument,
  HostDocument,
  RuleDocument,
  SecretDocument,
} from './agent-document.ts'
import type { AgentConfig, Forge, GitRemote, Host, Rule, SecretSource } from './model.ts'
import type { SchemaFault } from './schema.ts'

/** A validated document as the agent reads it, and what the schema alone cannot see to be wrong. */
export function agentConfigOf(
  value: unknown,
  file: string,
): { config: AgentConfig; faults: SchemaFault[] } {
  const document = value as AgentDocument
  const { agent, limits, logs } = document
  const listen = listenOf(agent.listen ?? '127.0.0.1:8090')
  const config: AgentConfig = {
    file,
    agent: {
      id: agent.id,
      dataDir: agent.data_dir,
      listen,
      publicUrl: trimSlash(agent.public_url ?? `http://${listen.host}:${listen.port}`),
    },
    forges: document.forges.map(forgeOf),
    rules: document.rules.map(ruleOf),
    identities: mapValues(document.identities ?? {}, (identity) => ({
      file: identity.file ?? null,
      certificate: identity.certificate ?? null,
      agentSocket: identity.agent_socket ?? null,
    })),
    inventory: Object.entries(document.inventory).map(([name, host]) => hostOf(name, host)),
    secrets: mapValues(document.secrets ?? {}, (store) => ({
      dotenv: store.dotenv ?? null,
      exec: store.exec ?? [],
      dir: store.dir ?? null,
      asksForge: store.forge ?? false,
      mask: store.mask ?? [],
    })),
    limits: {
      deployments: limits?.deployments ?? 4,
      hosts: limits?.hosts ?? 20,
      queue: limits?.queue ?? 50,
    },
    logs: {
      access: logs?.access ?? 'forge',
      retentionMs: durationMs(logs?.retention ?? '90d'),
      bytesMax: logs?.max_bytes ?? 16 * 1024 * 1024,
      publish: logs?.publish ?? null,
    },
  }
  return { config, faults: [...faultsOfListen(agent.listen), ...faultsOf(config, document)] }
}

const trimSlash = (url: string) => url.replace(/\/+$/, '')

function mapValues<A, B>(record: Readonly<Record<string, A>>, map: (a: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))
}

const listenForm = /^(\[[0-9a-f:]+\]|[^:\s]+):(\d{1,5})$/

function listenOf(text: string): { host: string; port: number } {
  const [, host = '', port = ''] = listenForm.exec(text) ?? []
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) }
}

function faultsOfListen(text: string | undefined): SchemaFault[] {
  if (text === undefined || (listenForm.test(text) && listenOf(text).port <= 65_535)) return []
  const reason = `must be an address and a port, such as "127.0.0.1:8090" (got "${text}")`
  return [{ path: ['agent', 'listen'], reason }]
}

function forgeOf(forge: ForgeDocument): Forge {
  return {
    name: forge.name,
    apiUrl: trimSlash(forge.api_url),
    token: sourceOf(forge.token),
    webhook: forge.webhook
      ? {
          path: forge.webhook.path ?? '/webhook',
          secrets: forge.webhook.secrets.map(sourceOf),
          bodyBytesMax: forge.webhook.max_body ?? 25 * 1024 * 1024,
        }
      : null,
    intake: forge.intake,
    pollIntervalMs: durationMs(forge.poll_interval ?? '60s'),
  }
}

function sourceOf(secret: SecretDocument): SecretSource {
  if (secret.file !== undefined) return { kind: 'file', path: secret.file }
  if (secret.env !== undefined) return { kind: 'env', name: secret.env }
  if (secret.exec !== undefined) return { kind: 'exec', argv: secret.exec }
  return { kind: 'credential', name: secret.credential ?? '' }
}

function ruleOf(rule: RuleDocument): Rule {
  return {
    name: rule.name,
    forge: rule.forge ?? null,
    repos: rule.repos,
    environments: rule.environments,
    tasks: rule.tasks ?? ['deploy', 'rollback', 'deploy:lock', 'deploy:unlock'],
    refs: rule.refs ?? [],
    creators: rule.creators ?? [],
    git: gitRemoteOf(rule),
    config: { from: rule.config.from, path: rule.config.path ?? 'deploy.yml' },
    allow: {
      runsOnAgent: rule.allow?.run_on_agent ?? false,
      become: rule.allow?.become ?? [],
    },
    secrets: rule.secrets ?? null,
    locked: rule.locked ?? 'reject',
    maxRuntimeMs: rule.max_runtime ? durationMs(rule.max_runtime) : null,
  }
}

const sshUrl = /^ssh:\/\/(?:([^@/]+)@)?(\[[0-9a-f:]+\]|[^:/@]+)(?::(\d{1,5}))?(\/.+)$/
const scpForm = /^(?:([^@/:]+)@)?([^:/@]+):(?!\/\/)(.+)$/

function gitRemoteOf({ git }: RuleDocument): GitRemote {
  const [, user = 'git', host = '', port = '22', path = ''] =
    sshUrl.exec(git.url) ?? scpParts(git.url) ?? []
  return {
    address: host.replace(/^\[|\]$/g, ''),
    port: Number(port),
    user,
    path,
    identity: git.identity,
    hostKeys: keysOf(git.host_key),
  }
}

/** `git@host:path` has no port; its path is relative to the user's home. */
function scpParts(url: string): (string | undefined)[] | null {
  const [whole, user, host, path] = scpForm.exec(url) ?? []
  return whole ? [whole, user, host, undefined, `/${path}`] : null
}

function hostOf(name: string, host: HostDocument): Host {
  return {
    name,
    address: host.address,
    port: host.port ?? 22,
    user: host.user,
    identity: host.identity,
    hostKeys: keysOf(host.host_key),
    hostCa: host.host_ca ? (keysOf(host.host_ca)[0] ?? null) : null,
    jump: host.jump ?? null,
    roles: host.roles ?? [],
    environments: host.environments ?? [],
    labels: host.labels ?? {},
  }
}

/** `type base64` of each key, without its comment. */
const keysOf = (keys: string | readonly string[] | undefined) =>
  [keys ?? []].flat().map((key) => key.split(/\s+/, 2).join(' '))

function faultsOf(config: AgentConfig, document: AgentDocument): SchemaFault[] {
  const hosts = config.inventory.flatMap((host) => hostFaults(host, config))
  const rules = config.rules.flatMap((rule, index) =>
    ruleFaults(rule, config, document.rules[index]?.git.url ?? '').map((fault) => ({
      ...fault,
      path: ['rules', String(index), ...fault.path],
    })),
  )
  const identities = Object.entries(config.identities).flatMap(([name, { file, agentSocket }]) =>
    file || agentSocket
      ? []
      : [{ path: ['identities', name], reason: 'needs file or agent_socket' }],
  )
  return [...identities, ...hosts, ...rules]
}

// Nothing of these may be syntax in an ssh_config or an option of ssh.
const addressForm = /^(?!-)[A-Za-z0-9._-]+$/
const userForm = /^[A-Za-z_][A-Za-z0-9_.-]*$/
const isAddress = (text: string) => isIP(text) > 0 || addressForm.test(text)

function hostFaults(host: Host, config: AgentConfig): SchemaFault[] {
  const { name, address, user, identity, jump } = host
  const faults: (readonly [key: string, reason: string] | false)[] = [
    !isAddress(address) && ['address', `must be an IP address or a host name (got "${address}")`],
    !userForm.test(user) && ['user', `must be the name of a user (got "${user}")`],
    !Object.hasOwn(config.identities, identity) && [
      'identity',
      `names "${identity}", which is not in identities`,
    ],
    host.hostKeys.length === 0 &&
      host.hostCa === null && [
        'host_key',
        'is missing: pin the host\'s public key. Run "ssh-keyscan" and compare its fingerprint on the host',
      ],
    jump !== null &&
      !jumpEnds(host, config) && [
        'jump',
        `"${jump}" is not in the inventory, or leads in a circle`,
      ],
  ]
  return faults.flatMap((fault) =>
    fault ? [{ path: ['inventory', name, fault[0]], reason: fault[1] }] : [],
  )
}

function jumpEnds(host: Host, { inventory }: AgentConfig): boolean {
  const seen = new Set<string>()
  let at: Host | undefined = host
  while (at?.jump) {
    if (seen.has(at.name)) return false
    seen.add(at.name)
    const next: string = at.jump
    at = inventory.find(({ name }) => name === next)
  }
  return at !== undefined
}

function ruleFaults(
  { git, forge, secrets }: Rule,
  config: AgentConfig,
  url: string,
): SchemaFault[] {
  const isForge = forge === null || config.forges.some(({ name }) => name === forge)
  const isStore = secrets === null || Object.hasOwn(config.secrets, secrets)
  const isGit = isAddress(git.address) && userForm.test(git.user) && isGitPath(git.path)
  const faults: (readonly [path: readonly string[], reason: string] | false)[] = [
    !isForge && [['forge'], `names "${forge}", which is not in forges`],
    !isStore && [['secrets'], `names "${secrets}", which is not in secrets`],
    !isGit && [
      ['git', 'url'],
      `must be an SSH URL, such as ssh://git@host:22/owner/name.git (got "${url}")`,
    ],
    !Object.hasOwn(config.identities, git.identity) && [
      ['git', 'identity'],
      `names "${git.identity}", which is not in identities`,
    ],
    git.hostKeys.length === 0 && [
      ['git', 'host_key'],
      "is missing: pin the git server's public key",
    ],
  ]
  return faults.flatMap((fault) => (fault ? [{ path: fault[0], reason: fault[1] }] : []))
}

const isGitPath = (path: string) => /^\/[A-Za-z0-9._~/@+-]+$/.test(path) && !path.includes('..')
