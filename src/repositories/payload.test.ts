import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import type { Repository } from './model.ts'
import { fullRepository, minimalRepository, permissionsOf, repositoryPayload } from './payload.ts'

const urls = {
  api: 'https://slipway.example.com/api/v3',
  web: 'https://slipway.example.com',
  ssh: 'ssh://git@slipway.example.com:2222',
}
const repository: Repository = {
  id: 7,
  owner_id: 3,
  owner: { id: 3, login: 'Octo', type: 'User', site_admin: 0, email: null },
  name: 'Hello.World',
  name_key: 'hello.world',
  private: 1,
  description: null,
  homepage: null,
  default_branch: 'main',
  archived: 0,
  created_at: '2026-01-31T12:00:00.123Z',
  updated_at: '2026-01-31T12:00:00.123Z',
  pushed_at: null,
}

function webhookFaults(payload: object) {
  const require = createRequire(import.meta.url)
  const path = require.resolve('@octokit/webhooks-schemas/schema.json')
  const { definitions } = JSON.parse(readFileSync(path, 'utf8'))
  const ajv = new Ajv({ strict: false, validateFormats: false })
  const isValid = ajv.compile({ definitions, $ref: '#/definitions/repository' })
  return isValid(payload) ? [] : isValid.errors
}

describe('a repository', () => {
  it("is what GitHub's webhook schema demands, and nothing more", () => {
    expect(webhookFaults(repositoryPayload(repository, urls))).toEqual([])
  })

  it('says where to clone it', () => {
    expect(repositoryPayload(repository, urls)).toMatchObject({
      full_name: 'Octo/Hello.World',
      clone_url: 'https://slipway.example.com/Octo/Hello.World.git',
      ssh_url: 'ssh://git@slipway.example.com:2222/Octo/Hello.World.git',
      deployments_url: 'https://slipway.example.com/api/v3/repos/Octo/Hello.World/deployments',
      visibility: 'private',
      private: true,
      created_at: '2026-01-31T12:00:00Z',
      pushed_at: '2026-01-31T12:00:00Z',
    })
  })

  it('begins with what names it, in every form', () => {
    const firstKeys = ['id', 'node_id', 'name', 'full_name', 'private', 'owner', 'html_url']
    for (const payload of [
      repositoryPayload(repository, urls),
      minimalRepository(repository, urls),
      fullRepository(repository, urls, undefined),
    ]) {
      expect(Object.keys(payload).slice(0, firstKeys.length)).toEqual(firstKeys)
    }
  })

  it('tells whoever is signed in what they may do with it', () => {
    expect(fullRepository(repository, urls, undefined)).not.toHaveProperty('permissions')
    const ofPusher = fullRepository(repository, urls, permissionsOf('push'))
    expect(ofPusher.permissions).toEqual({
      admin: false,
      maintain: false,
      push: true,
      triage: true,
      pull: true,
    })
  })

  it('names its organization where it has one', () => {
    const owned = { ...repository, owner: { ...repository.owner, type: 'Organization' as const } }
    expect(fullRepository(owned, urls, undefined)).toMatchObject({
      organization: { login: 'Octo' },
    })
    expect(fullRepository(repository, urls, undefined)).not.toHaveProperty('organization')
  })
})
