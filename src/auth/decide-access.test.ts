import { describe, expect, it } from 'vitest'
import { access } from './access.ts'
import { type AccessFacts, decideAccess } from './decide-access.ts'
import { expandScopes } from './scopes.ts'

const facts = (given: Partial<AccessFacts> & { granted?: string[] } = {}): AccessFacts => ({
  isPrivate: true,
  isArchived: false,
  permission: 'admin',
  scopes: expandScopes(given.granted ?? ['repo']),
  ...given,
})

describe('decideAccess', () => {
  it('lets repo_deployment reach deployments and no code of a private repository', () => {
    const granted = ['repo_deployment']
    expect(decideAccess(access['deployments:write'], facts({ granted })).kind).toBe('allow')
    expect(decideAccess(access['deployments:read'], facts({ granted })).kind).toBe('allow')
    for (const code of [
      'code:read',
      'code:write',
      'metadata',
      'statuses:read',
      'keys:read',
    ] as const) {
      expect(decideAccess(access[code], facts({ granted })).kind).toBe('hide')
    }
  })

  it('hides a private repository from strangers and from tokens without a scope for it', () => {
    expect(decideAccess(access.metadata, facts({ permission: undefined })).kind).toBe('hide')
    expect(decideAccess(access.metadata, facts({ granted: ['public_repo'] })).kind).toBe('hide')
    expect(decideAccess(access.metadata, facts({ granted: [] })).kind).toBe('hide')
  })

  it('tells those who see a repository what they lack', () => {
    const reader = facts({ permission: 'pull' })
    expect(decideAccess(access['deployments:write'], reader)).toEqual({
      kind: 'forbid',
      message: 'Must have push access to Repository.',
    })
    expect(decideAccess(access['metadata:admin'], reader)).toMatchObject({
      message: 'Must have admin rights to Repository.',
    })
  })

  it('answers for keys and hooks as if they were not there', () => {
    expect(decideAccess(access['keys:write'], facts({ permission: 'push' })).kind).toBe('hide')
    expect(decideAccess(access['hooks:read'], facts({ permission: 'pull' })).kind).toBe('hide')
  })

  it('lets anyone read a public repository, with or without scopes', () => {
    const open = { isPrivate: false, permission: undefined }
    expect(decideAccess(access['code:read'], facts({ ...open, granted: [] })).kind).toBe('allow')
    expect(decideAccess(access['code:read'], { ...facts(open), scopes: undefined }).kind).toBe(
      'allow',
    )
  })

  it('asks the anonymous who they are before they change anything, private or not', () => {
    for (const isPrivate of [true, false]) {
      const anonymous = { ...facts({ isPrivate, permission: undefined }), scopes: undefined }
      expect(decideAccess(access['deployments:write'], anonymous).kind).toBe('authenticate')
    }
  })

  it('keeps an archived repository as it is', () => {
    const archived = facts({ isArchived: true })
    expect(decideAccess(access['deployments:write'], archived).kind).toBe('forbid')
    expect(decideAccess(access['deployments:read'], archived).kind).toBe('allow')
    expect(decideAccess(access['metadata:admin'], archived).kind).toBe('allow')
  })

  it('names the scope that is missing on a public repository', () => {
    const decision = decideAccess(
      access['code:write'],
      facts({ isPrivate: false, granted: ['gist'] }),
    )
    expect(decision).toEqual({ kind: 'forbid', message: 'This token needs the scope public_repo.' })
  })
})

describe('decideAccess for tokens with permissions', () => {
  const granted = (given: Partial<AccessFacts>): AccessFacts => ({
    ...facts({}),
    scopes: new Set(),
    grant: { kind: 'installation', permissions: { metadata: 'read', deployments: 'write' } },
    ...given,
  })

  it('lets an installation do what its permissions say, and tells it what they lack', () => {
    expect(decideAccess(access['deployments:write'], granted({})).kind).toBe('allow')
    expect(decideAccess(access['deployments:read'], granted({})).kind).toBe('allow')
    expect(decideAccess(access['code:read'], granted({}))).toEqual({
      kind: 'forbid',
      message: 'Resource not accessible by integration',
    })
  })

  it('hides a private repository that it is not for, and reads a public one as anyone does', () => {
    const grant = { kind: 'fine-grained', permissions: undefined } as const
    expect(decideAccess(access.metadata, granted({ grant })).kind).toBe('hide')
    const open = { grant, isPrivate: false, permission: undefined }
    expect(decideAccess(access['code:read'], granted(open)).kind).toBe('allow')
    expect(decideAccess(access['deployments:write'], granted(open))).toMatchObject({
      message: 'Resource not accessible by personal access token',
    })
  })

  it('never lets a token do what its owner may not', () => {
    const grant = { kind: 'fine-grained', permissions: { deployments: 'write' } } as const
    const reader = granted({ grant, permission: 'pull' })
    expect(decideAccess(access['deployments:write'], reader)).toMatchObject({
      message: 'Must have push access to Repository.',
    })
    expect(decideAccess(access.metadata, granted({ grant, permission: undefined })).kind).toBe(
      'hide',
    )
  })
})
