import { describe, expect, it } from 'vitest'
import { Problem } from '../../lib/problem.ts'
import type { Host, RecipeValues } from './model.ts'
import { hostsOf, parseRecipe, recipeFor, recipeOnHost } from './recipe.ts'

const minimal = `version: 1
service: docs
strategy: files
files:
  deploy_to: /srv/docs
hosts: { roles: [web] }
`

const values: RecipeValues = {
  environment: 'production',
  deploymentId: 42,
  sha: '4b9ea94f6a3c1d2e5b7089a1c2d3e4f5a6b7c8d9',
}

function refusalOf(parse: () => unknown): string {
  try {
    parse()
  } catch (error) {
    if (error instanceof Problem) return [error.message, ...error.errors].join('\n')
  }
  return 'accepted'
}

const refusal = (text: string) => refusalOf(() => parseRecipe(text, 'deploy.yml'))

describe('a recipe is refused with file, line and reason', () => {
  it.each([
    ['an unknown key', `${minimal}colour: red\n`, 'deploy.yml:7: colour is not a key'],
    [
      'a relative path',
      minimal.replace('/srv/docs', 'srv'),
      'deploy.yml:5: files.deploy_to must be an absolute path without ".." (got "srv")',
    ],
    [
      'a path that climbs',
      minimal.replace('/srv/docs', '/srv/../etc'),
      'deploy.yml:5: files.deploy_to must be an absolute path',
    ],
    [
      'two strategies',
      `${minimal}script: { deploy: { run: x } }\n`,
      'settings of another strategy',
    ],
    [
      'one kept release',
      minimal.replace('docs\nhosts', 'docs\n  keep_releases: 1\nhosts'),
      'deploy.yml:6: files.keep_releases must be at least 2 (got 1)',
    ],
    [
      'no host at a time',
      `${minimal}rollout:\n  max_parallel: 0%\n`,
      'deploy.yml:8: rollout.max_parallel must be a whole number from 1 or a percentage such as 25% (got "0%")',
    ],
    [
      'an unknown hook',
      `${minimal}hooks:\n  before_lunch: [{ run: x }]\n`,
      'deploy.yml:8: hooks.before_lunch is not a name that is known here (known: before_prepare,',
    ],
    [
      'a duration without unit',
      `${minimal}timeouts:\n  total: "30"\n`,
      'deploy.yml:8: timeouts.total must be a duration with a unit, such as 500ms, 30s, 5m, 1h or 7d (got "30")',
    ],
    ['a missing strategy', 'version: 1\nservice: docs\n', 'lacks "strategy"'],
    [
      'a health check of two kinds',
      `${minimal}health:\n  - { http: "http://a", tcp: "a:1" }\n`,
      'deploy.yml:8: health[0] needs exactly one of http, tcp, run',
    ],
    [
      'another version',
      minimal.replace('version: 1', 'version: 2'),
      'deploy.yml:1: version must be 1 (got 2)',
    ],
    [
      'a key said twice',
      `${minimal}service: other\n`,
      'deploy.yml:7: this key is already set above',
    ],
    ['broken YAML', 'version: [1\n', 'not valid YAML'],
    ['a tag', `${minimal}x-a: !!js/function "x"\n`, 'deploy.yml:7: not valid YAML'],
    ['two documents', `${minimal}---\nversion: 1\n`, 'second document'],
    ['a list for a map', '- 1\n', 'must be of type object'],
    ['nothing', '', 'must be of type object'],
    [
      'a fault in an overlay',
      `${minimal}environments:\n  staging:\n    files:\n      keep_releases: 1\n`,
      'deploy.yml:10: environments.staging.files.keep_releases must be at least 2',
    ],
    [
      'an overlay of another strategy',
      `${minimal}environments:\n  staging:\n    strategy: compose\n`,
      'lacks "compose"',
    ],
    [
      'an unknown value',
      `${minimal}url: "https://\${{ github.token }}"\n`,
      `deploy.yml:7: url has \${{ github.token }}, which is none of`,
    ],
    [
      'a value inside run',
      `${minimal}hooks:\n  finally:\n    - run: echo \${{ environment }}\n`,
      'deploy.yml:9: hooks.finally[0].run must not contain ${{',
    ],
    ['a secret outside notify', `${minimal}url: "https://\${{ secrets.A }}"\n`, 'which is none of'],
  ])('%s', (_, text, expected) => {
    expect(refusal(text)).toContain(expected)
  })

  it('a bomb of aliases', () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `x-${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`,
    )
    expect(refusal(`x-0: &a0 [1]\n${levels.join('\n')}\n${minimal}`)).toContain('too many aliases')
  })

  it('a text over 256 KB', () => {
    expect(refusal(`${minimal}x-a: ${'a'.repeat(256 * 1024)}\n`)).toContain('larger than 256 KB')
  })

  it('a text of nothing but brackets', () => {
    expect(refusal('['.repeat(100_000))).toMatch(/nested too deeply|not valid YAML/)
  })
})

describe('an accepted recipe', () => {
  it('may keep its own keys and anchors under x-', () => {
    const text = `x-web: &web { roles: [web] }\n${minimal.replace('{ roles: [web] }', '*web')}`
    expect(recipeFor(parseRecipe(text, 'deploy.yml'), values).hosts.roles).toEqual(['web'])
  })

  const overlaid = `${minimal}url: https://docs.example.com
rollout: { max_parallel: 2, pause: 5s }
environments:
  staging:
    rollout: { max_parallel: 100% }
  "pr-*":
    url: "https://\${{ environment }}.example.com/\${{ release.id }}"
    files: { deploy_to: "/srv/preview/\${{ environment }}/\${{ host.name }}" }
`
  const recipeIn = (environment: string) =>
    recipeFor(parseRecipe(overlaid, 'deploy.yml'), { ...values, environment })

  it('merges the overlay of its environment deeply', () => {
    expect(recipeIn('staging').rollout).toMatchObject({
      maxParallel: { kind: 'percent', percent: 100 },
      pauseMs: 5_000,
    })
    expect(recipeIn('production').rollout.maxParallel).toEqual({ kind: 'count', count: 2 })
  })

  it('fills in validated values, the host last', () => {
    const recipe = recipeIn('pr-7')
    expect(recipe.url).toBe('https://pr-7.example.com/42-4b9ea94')
    expect(recipeOnHost(recipe, { name: 'web1' }).strategy).toMatchObject({
      deployTo: '/srv/preview/pr-7/web1',
    })
  })

  it.each(['pr-..', 'pr-$(id)', 'pr-a b', "pr-'"])(
    'refuses the environment %j where it would become a path',
    (environment) => {
      expect(refusalOf(() => recipeIn(environment))).toContain(
        `\${{ environment }} cannot be used with`,
      )
    },
  )
})

describe('the hosts of a recipe', () => {
  const host = (name: string, more: Partial<Host> = {}): Host => ({
    name,
    address: '127.0.0.1',
    port: 22,
    user: 'deploy',
    identity: 'prod',
    hostKeys: [],
    hostCa: null,
    jump: null,
    roles: ['web'],
    environments: ['production'],
    labels: {},
    ...more,
  })
  const recipe = recipeFor(parseRecipe(minimal, 'deploy.yml'), values)

  it('are those with a role and the environment', () => {
    const inventory = [
      host('bastion', { roles: [], environments: [] }),
      host('web1'),
      host('stage', { environments: ['staging'] }),
      host('any', { environments: [] }),
    ]
    expect(hostsOf(recipe, inventory).map(({ name }) => name)).toEqual(['web1', 'any'])
  })

  it('must be at least one, and known', () => {
    expect(refusalOf(() => hostsOf(recipe, []))).toContain('no host of the agent')
    const named = { ...recipe, hosts: { ...recipe.hosts, names: ['web9'] } }
    expect(refusalOf(() => hostsOf(named, [host('web1')]))).toContain('"web9"')
  })
})
