import { describe, expect, it } from 'vitest'
import type { Current, Standing } from '../../current/model.ts'
import type { Repository } from '../../repositories/model.ts'
import { columnsOf } from './columns.ts'
import { admits, hasWord, looksIntoCells, narrow, parseFilter, toggled } from './filter.ts'
import { gridPage } from './grid-page.ts'

const created_at = '2026-01-31T09:05:00.000Z'
const now = new Date('2026-01-31T12:05:00.000Z')

const repository: Repository = {
  ...{ id: 7, owner_id: 1, name: 'hello', name_key: 'hello', private: 1, archived: 0 },
  ...{ description: null, homepage: null, default_branch: 'main', pushed_at: null },
  ...{ created_at, updated_at: created_at },
  owner: { id: 1, login: 'octo', type: 'User', site_admin: 0, email: null },
}

const standing = (changes: Partial<Standing> = {}): Standing => ({
  ...{ id: 1, repository_id: 7, sha: 'a'.repeat(40), ref: 'main', task: 'deploy', target: '' },
  ...{ state: 'success', environment: 'production', created_at, updated_at: created_at },
  creator: { id: 2, login: 'mona', type: 'User', site_admin: 0 },
  ...{ said: '', environment_url: '', log_url: '' },
  ...changes,
})

const current = (changes: Partial<Current> = {}): Current => ({
  ...{ environment_id: 3, name: 'production', live: [], latest: null, in_progress: null },
  ...{ waiting: null, waiting_count: 0, lock: null },
  ...changes,
})

const row = (...environments: Current[]) => ({ repository, environments })
const named = (...names: string[]) => row(...names.map((name) => current({ name })))
const failed = standing({ id: 2, state: 'failure', ref: 'v2.0.0' })
const lock = { login: 'mona', reason: 'Christmas', created_at, expires_at: null }

const pageOf = (environments: readonly Current[], drift = new Map<number, number>()) =>
  gridPage({
    ...{ path: '/', title: 'Deployments', filter: parseFilter(''), isWallboard: false, now, drift },
    ...{
      rows: [{ repository, environments }],
      bare: [],
      pinned: new Set<number>(),
      hasRepositories: true,
      page: 1,
      hasMore: false,
    },
  }).main

const left = (text: string, environments: readonly Current[]) =>
  narrow(parseFilter(text), row(...environments)).environments.map(({ name }) => name)

describe('a filter', () => {
  it('is read as words with names, quoted words and plain text', () => {
    expect(parseFilter('env:Production "two words" state:failure url:x').words).toEqual([
      { name: 'env', value: 'production' },
      { name: 'text', value: 'two words' },
      { name: 'state', value: 'failure' },
      { name: 'text', value: 'url:x' },
    ])
    expect(parseFilter('env:"unfinished').words).toEqual([{ name: 'env', value: 'unfinished' }])
    expect(parseFilter(undefined).words).toEqual([])
  })

  it('is read no further than 255 characters', () => {
    expect(parseFilter('x'.repeat(999)).text).toHaveLength(255)
  })

  it('turns a word on and off', () => {
    const on = toggled(parseFilter('env:test'), 'is:problem')
    expect(on).toBe('env:test is:problem')
    expect(hasWord(parseFilter(on), 'is:problem')).toBe(true)
    expect(toggled(parseFilter(on), 'is:problem')).toBe('env:test')
  })

  it('admits repositories by name and owner; any of two names will do', () => {
    expect(admits(parseFilter('repo:hello'), repository)).toBe(true)
    expect(admits(parseFilter('repo:other repo:octo/'), repository)).toBe(true)
    expect(admits(parseFilter('owner:oct'), repository)).toBe(false)
    expect(admits(parseFilter('owner:OCTO repo:other'), repository)).toBe(false)
    expect(looksIntoCells(parseFilter('owner:octo repo:x'))).toBe(false)
    expect(looksIntoCells(parseFilter('hello'))).toBe(true)
  })

  it('keeps environments by name, state, person and text', () => {
    const staging = current({ name: 'staging' })
    const production = current({ name: 'production', live: [standing()], latest: failed })
    const both = [staging, production]
    expect(left('env:prod', both)).toEqual(['production'])
    expect(left('state:failure', both)).toEqual(['production'])
    expect(left('state:active', both)).toEqual(['production'])
    expect(left('by:mona', both)).toEqual(['production'])
    expect(left('by:mon', both)).toEqual([])
    expect(left('v2.0', both)).toEqual(['production'])
    expect(left('octo/hello', both)).toEqual(['staging', 'production'])
    expect(left('', both)).toEqual(['staging', 'production'])
  })

  it('takes a failure, a wait and a lock for a problem', () => {
    const environments = [
      current({ name: 'fine', live: [standing()], latest: standing() }),
      current({ name: 'failed', latest: failed }),
      current({ name: 'waiting', waiting: standing({ state: 'waiting' }) }),
      current({ name: 'locked', lock }),
    ]
    expect(left('is:problem', environments)).toEqual(['failed', 'waiting', 'locked'])
    expect(left('is:locked', environments)).toEqual(['locked'])
    expect(left('is:nonsense', environments)).toEqual([])
  })
})

describe('columns', () => {
  const namesIn = (...rows: ReturnType<typeof row>[]) =>
    columnsOf(rows).shown.map(({ name }) => name)

  it('are in the order in which changes travel, production last', () => {
    expect(namesIn(named('production', 'canary', 'staging', 'qa', 'dev', 'preview'))).toEqual([
      'preview',
      'dev',
      'qa',
      'staging',
      'canary',
      'production',
    ])
    expect(namesIn(named('pre-production', 'live', 'eu-west', 'pr-12'))).toEqual([
      'pr-12',
      'eu-west',
      'pre-production',
      'live',
    ])
  })

  it('are one for names that differ in case alone', () => {
    expect(namesIn(named('Production'), named('production'))).toEqual(['Production'])
  })

  it('are of the names that most repositories have; the rest is folded', () => {
    const rare = Array.from({ length: 9 }, (_, n) => `region-${n}`)
    const columns = columnsOf([
      named('staging', 'production', ...rare),
      named('staging', 'production'),
    ])
    expect(columns.shown).toHaveLength(6)
    expect(columns.shown.at(-1)?.name).toBe('production')
    expect(columns.folded.size).toBe(5)
  })
})

describe('a cell', () => {
  it('says what is live, who deployed it, when, and how far it is behind', () => {
    const main = pageOf([current({ live: [standing()], latest: standing() })], new Map([[1, 3]]))
    expect(main).toContain('Active')
    expect(main).toContain('aaaaaaa</code>')
    expect(main).toContain('3 hours ago')
    expect(main).toContain('title="mona"')
    expect(main).toContain('3 commits behind main')
    expect(main).toContain('href="/octo/hello/deployments/1"')
  })

  it('has a line for what failed after it, what waits, what runs and who locked', () => {
    const main = pageOf([
      current({
        ...{ live: [standing()], latest: failed, lock },
        in_progress: standing({ id: 3, state: 'in_progress' }),
        ...{ waiting: standing({ id: 4, state: 'waiting' }), waiting_count: 3 },
      }),
    ])
    for (const text of ['Failed', 'In progress', 'Waiting', '+2', 'Locked by mona', 'Christmas']) {
      expect(main).toContain(text)
    }
  })

  it('keeps quiet about what succeeded and was replaced', () => {
    expect(pageOf([current({ latest: standing({ state: 'inactive' }) })])).toContain('Inactive')
    const replaced = standing({ id: 2, state: 'inactive' })
    expect(pageOf([current({ live: [standing()], latest: replaced })])).not.toContain('Inactive')
  })

  it('shows every target that something is live in', () => {
    const live = [standing(), standing({ id: 5, target: 'eu-west', sha: 'b'.repeat(40) })]
    expect(pageOf([current({ live, latest: live[1] ?? null })])).toContain('<bdi>eu-west</bdi>')
  })

  it('shows what others wrote as text, and links only to what a browser may follow', () => {
    const nasty = '"><script>alert(1)</script>\u202e'
    const main = pageOf([
      current({
        name: nasty,
        live: [standing({ ref: nasty, environment_url: 'javascript:alert(1)' })],
        lock: { ...lock, reason: nasty },
      }),
    ])
    expect(main).not.toContain('<script')
    expect(main).not.toContain('javascript:')
    const linked = pageOf([
      current({ live: [standing({ environment_url: 'https://example.com' })] }),
    ])
    expect(linked).toContain('href="https://example.com"')
  })
})

it('leads a newcomer to a first deployment, and others out of a filter that nothing fits', () => {
  const empty = {
    ...{ path: '/', title: 'Deployments', isWallboard: false, now, drift: new Map() },
    ...{ rows: [], bare: [], pinned: new Set<number>(), page: 1, hasMore: false },
  }
  const none = gridPage({ ...empty, filter: parseFilter(''), hasRepositories: false })
  expect(none.main).toContain('href="/start"')
  const filtered = gridPage({ ...empty, filter: parseFilter('env:x'), hasRepositories: true })
  expect(filtered.main).toContain('Nothing fits this filter')
})
