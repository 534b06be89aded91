import { describe, expect, it } from 'vitest'
import { Problem } from '../../lib/problem.ts'
import { parseAgentConfig } from './recipe.ts'

const config = `version: 1
agent: { id: a, data_dir: /var/lib/agent }
forges: [{ name: main, api_url: "http://127.0.0.1:3000/api/v3/", token: { credential: t }, intake: [poll] }]
rules:
  - name: docs
    repos: [octo/docs]
    environments: [production]
    git: { url: "ssh://git@git.example.com/octo/docs.git", identity: key, host_key: "ssh-ed25519 AAAA git" }
    config: { from: default_branch }
identities:
  key: { file: /etc/key }
inventory:
  web1: { address: 10.0.0.1, user: deploy, identity: key, host_key: "ssh-ed25519 BBBB" }
`

function refusal(from: string, to: string): string {
  expect(config).toContain(from)
  try {
    parseAgentConfig(config.replace(from, to), 'agent.yml')
  } catch (error) {
    if (error instanceof Problem) return error.message
  }
  return 'accepted'
}

it('has every default present', () => {
  const parsed = parseAgentConfig(config, 'agent.yml')
  expect(parsed.forges[0]?.apiUrl).toBe('http://127.0.0.1:3000/api/v3')
  expect(parsed.rules[0]?.git.hostKeys).toEqual(['ssh-ed25519 AAAA'])
  expect(parsed.rules[0]?.allow).toEqual({ runsOnAgent: false, become: [] })
  expect(parsed.agent.publicUrl).toBe('http://127.0.0.1:8090')
})

describe('a configuration is refused with file, line and reason', () => {
  it.each([
    ['an unknown key', 'id: a,', 'id: a, name: b,', 'agent.yml:2: agent.name is not a key'],
    [
      'a host without a pinned key',
      ', host_key: "ssh-ed25519 BBBB"',
      '',
      'agent.yml:13: inventory.web1.host_key is missing: pin',
    ],
    [
      'a host key that is none',
      'ssh-ed25519 BBBB',
      'BBBB',
      'agent.yml:13: inventory.web1.host_key must be a public host key',
    ],
    [
      'an option as address',
      '10.0.0.1',
      '-oProxyCommand=x',
      'must be an IP address or a host name (got "-oProxyCommand=x")',
    ],
    [
      'a user with a space',
      'user: deploy',
      'user: "deploy x"',
      'agent.yml:13: inventory.web1.user must be the name of a user',
    ],
    [
      'an identity that is not there',
      'user: deploy, identity: key',
      'user: deploy, identity: toString',
      'identity names "toString"',
    ],
    [
      'a jump to nowhere',
      'user: deploy,',
      'user: deploy, jump: web9,',
      'agent.yml:13: inventory.web1.jump "web9" is not in the inventory',
    ],
    ['a jump in a circle', 'user: deploy,', 'user: deploy, jump: web1,', 'leads in a circle'],
    [
      'code by HTTP',
      'ssh://git@git.example.com/',
      'https://git.example.com/',
      'agent.yml:8: rules[0].git.url must be an SSH URL',
    ],
    [
      'code by a helper program',
      'ssh://git@git.example.com/octo/docs.git',
      'ext::sh -c id',
      'must be an SSH URL',
    ],
    [
      'a git server without a pinned key',
      ', host_key: "ssh-ed25519 AAAA git"',
      '',
      'rules[0].git.host_key is missing',
    ],
    [
      'a secret of no kind',
      '{ credential: t }',
      '{ value: t }',
      'agent.yml:3: forges[0].token needs exactly one of file, env, exec, credential',
    ],
    [
      'an address to listen on without a port',
      'id: a,',
      'id: a, listen: localhost,',
      'agent.yml:2: agent.listen must be an address and a port',
    ],
  ])('%s', (_, from, to, expected) => {
    expect(refusal(from, to)).toContain(expected)
  })
})
