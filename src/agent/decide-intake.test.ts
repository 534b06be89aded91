import { describe, expect, it } from 'vitest'
import {
  decideClaim,
  decideIntake,
  type Look,
  rollbackTargetOf,
  type SeenStatus,
} from './decide-intake.ts'

const ours = 'http://agent/logs/ours'
const theirs = 'http://other/logs/theirs'
const status = (id: number, state: string, log_url = ''): SeenStatus => ({ id, state, log_url })
const lock = { by: 'hubot', reason: 'migration', at: '2026-01-01T00:00:00Z' }

type Given = Omit<Partial<Look>, 'deployment'> & { deployment?: object | 'gone' }

function look({ deployment = {}, ...given }: Given = {}): Look {
  const seen = {
    task: 'deploy',
    environment: 'production',
    creator: 'octocat',
    created_at: '2026-01-01T00:00:00Z',
    payload: {},
  }
  return {
    deployment: deployment === 'gone' ? 'gone' : { ...seen, ...deployment },
    statuses: [],
    rule: { creators: [], locked: 'reject' },
    lock: null,
    hasRoom: true,
    now: Date.parse('2026-01-01T00:01:00Z'),
    logUrl: ours,
    ...given,
  }
}

const rejectionOf = (given: Given) => {
  const verdict = decideIntake(look(given))
  return verdict.kind === 'rejected' ? verdict.description : verdict.kind
}

describe('a deployment that was read again', () => {
  it('is accepted when nothing speaks against it', () => {
    expect(decideIntake(look())).toEqual({ kind: 'accepted' })
  })

  it('is forgotten when it is gone', () => {
    expect(decideIntake(look({ deployment: 'gone' })).kind).toBe('forgotten')
  })

  it('is forgotten while its gates are closed, and may come again', () => {
    expect(decideIntake(look({ statuses: [status(1, 'waiting')] })).kind).toBe('forgotten')
    const opened = [status(2, 'queued'), status(1, 'waiting')]
    expect(decideIntake(look({ statuses: opened })).kind).toBe('accepted')
  })

  it.each(['success', 'failure', 'error', 'inactive'])('is settled after %s', (state) => {
    expect(
      decideIntake(look({ statuses: [status(2, state), status(1, 'queued', theirs)] })),
    ).toEqual({
      kind: 'settled',
      why: 'finished',
    })
  })

  it('is ours to lock by though the forge has locked, unless that was long ago', () => {
    const deployment = { task: 'deploy:unlock', created_at: '2026-01-01T00:00:00Z' }
    const kindAt = (time: string) => {
      const now = Date.parse(time)
      return decideIntake(look({ deployment, statuses: [status(2, 'inactive')], now })).kind
    }
    expect(kindAt('2026-01-01T00:01:00Z')).toBe('accepted')
    expect(kindAt('2026-01-01T00:11:00Z')).toBe('settled')
  })

  it.each(['queued', 'in_progress'])('is settled when another agent posted %s', (state) => {
    expect(decideIntake(look({ statuses: [status(1, state, theirs)] })).kind).toBe('settled')
  })

  it('is ours again when it was we who posted', () => {
    expect(decideIntake(look({ statuses: [status(1, 'queued', ours)] })).kind).toBe('accepted')
  })

  it('is history when nobody touched it for a day', () => {
    const now = Date.parse('2026-01-02T00:01:00Z')
    expect(decideIntake(look({ now })).kind).toBe('settled')
    expect(decideIntake(look({ now, statuses: [status(1, 'pending')] })).kind).toBe('accepted')
  })

  it('is settled when no rule is for it after all', () => {
    expect(decideIntake(look({ rule: null })).kind).toBe('settled')
  })
})

describe('a deployment of ours', () => {
  it('is rejected for a creator whom the rule does not name', () => {
    const rule = { creators: ['hubot'], locked: 'reject' as const }
    expect(rejectionOf({ rule })).toBe('octocat may not deploy production with this agent')
    expect(rejectionOf({ rule, deployment: { creator: 'hubot' } })).toBe('accepted')
  })

  it('is rejected for a task we do not know', () => {
    expect(rejectionOf({ deployment: { task: 'deploy:migrate' } })).toContain(
      'Unknown task "deploy:migrate"',
    )
  })

  it('is rejected while the environment is locked, saying who and why', () => {
    expect(rejectionOf({ lock })).toBe(
      'production is locked by hubot since 2026-01-01T00:00:00Z: migration',
    )
    expect(rejectionOf({ lock, rule: { creators: [], locked: 'queue' } })).toBe('accepted')
    expect(rejectionOf({ lock, deployment: { task: 'deploy:unlock' } })).toBe('accepted')
  })

  it('is rejected when the queue is full', () => {
    expect(rejectionOf({ hasRoom: false })).toContain('queue of the agent is full')
  })

  it.each([{ hosts: ['web1'] }, { noop: true }, '{"noop":true}'])(
    'is rejected for asking less than all: %j',
    (payload) => {
      expect(rejectionOf({ deployment: { payload } })).toContain('is not available yet')
    },
  )

  it('is rejected for a rollback to nowhere', () => {
    const deployment = { task: 'rollback', payload: { to: '../x' } }
    expect(rejectionOf({ deployment })).toBe('payload.to must be the id of a deployment or a sha')
  })
})

describe('the target of a rollback', () => {
  it.each([
    [{}, { kind: 'previous' }],
    ['', { kind: 'previous' }],
    ['not JSON', { kind: 'previous' }],
    [{ to: 41 }, { kind: 'deployment', id: 41 }],
    ['{"to":"41"}', { kind: 'deployment', id: 41 }],
    [{ to: '4b9ea94' }, { kind: 'sha', sha: '4b9ea94' }],
    [{ to: -1 }, undefined],
    [{ to: '$(reboot)' }, undefined],
    [{ to: {} }, undefined],
  ])('of %j is %j', (payload, target) => expect(rollbackTargetOf(payload)).toEqual(target))
})

describe('a claim', () => {
  it('is ours when our queued came first', () => {
    const statuses = [status(3, 'queued', theirs), status(2, 'queued', ours), status(1, 'pending')]
    expect(decideClaim(statuses, ours)).toBe('ours')
    expect(decideClaim(statuses, theirs)).toBe('lost')
  })

  it('is not taken by the forge that only opened a gate', () => {
    expect(decideClaim([status(2, 'queued', ours), status(1, 'queued')], ours)).toBe('ours')
  })

  it('is withdrawn when someone ended it after us, even if we said something since', () => {
    const ended = [status(3, 'inactive'), status(2, 'queued', ours)]
    expect(decideClaim(ended, ours)).toBe('withdrawn')
    expect(decideClaim([status(4, 'in_progress', ours), ...ended], ours)).toBe('withdrawn')
    expect(decideClaim([status(3, 'error', theirs), status(2, 'queued', ours)], ours)).toBe(
      'withdrawn',
    )
  })

  it('is not withdrawn by what we said ourselves, or by what was before us', () => {
    expect(decideClaim([status(3, 'success', ours), status(2, 'queued', ours)], ours)).toBe('ours')
    expect(decideClaim([status(2, 'queued', ours), status(1, 'inactive')], ours)).toBe('ours')
  })
})
