import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseAgentConfig, parseRecipe, recipeFor } from '../../src/agent/recipe/recipe.ts'

const values = {
  environment: 'production',
  deploymentId: 42,
  sha: '4b9ea94f6a3c1d2e5b7089a1c2d3e4f5a6b7c8d9',
}

const example = (name: string) =>
  readFileSync(join(import.meta.dirname, '../../docs/examples', name), 'utf8')

describe('the examples of the documentation', () => {
  it.each(['files', 'compose', 'script'])('%s.deploy.yml is a recipe', (strategy) => {
    const recipe = recipeFor(parseRecipe(example(`${strategy}.deploy.yml`), 'deploy.yml'), values)
    expect(recipe.strategy.kind).toBe(strategy)
  })

  it('reads into values with units', () => {
    const recipe = recipeFor(parseRecipe(example('files.deploy.yml'), 'deploy.yml'), values)
    expect(recipe.rollout).toEqual({
      maxParallel: { kind: 'percent', percent: 25 },
      pauseMs: 5_000,
      maxFailures: { kind: 'count', count: 0 },
      unreachable: 'fail',
      canary: { hosts: { kind: 'count', count: 1 }, soakMs: 30_000 },
      order: 'inventory',
      prepareParallel: 10,
    })
    expect(recipe.env.secrets).toEqual([
      { name: 'DATABASE_URL', from: 'DATABASE_URL' },
      { name: 'SENTRY_DSN', from: 'PROD_SENTRY_DSN' },
    ])
    expect(recipe.build?.run).toBe('npm ci\nnpm run build')
    expect(recipe.rollback).toEqual({ on: 'failure', locks: true })
  })

  it('agent.yml is a configuration', () => {
    const config = parseAgentConfig(example('agent.yml'), 'agent.yml')
    expect(config.agent.listen).toEqual({ host: '127.0.0.1', port: 8090 })
    expect(config.rules[0]?.git).toEqual({
      address: 'git.example.com',
      port: 2222,
      user: 'git',
      path: '/octo/docs.git',
      identity: 'docs-deploy-key',
      hostKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGl0'],
    })
    expect(config.inventory.map(({ name, port, jump }) => ({ name, port, jump }))).toEqual([
      { name: 'bastion', port: 22, jump: null },
      { name: 'web1', port: 22, jump: 'bastion' },
      { name: 'web2', port: 2222, jump: 'bastion' },
    ])
  })
})
