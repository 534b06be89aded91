import { describe, expect, it } from 'vitest'
import type { Step } from '../recipe/model.ts'
import { commandOf, outcomeOf } from './host-steps.ts'

describe('how a step ended', () => {
  it('is success for the exit code 0 that the host wrote down, and for nothing else', () => {
    const exited = (code: number) =>
      outcomeOf({ kind: 'exited', code, output: '' }, 'x', 'failed').kind
    expect(exited(0)).toBe('done')
    expect([1, 127, 137, 254, 255].map(exited)).not.toContain('done')
    expect(outcomeOf({ kind: 'lost', reason: 'gone' }, 'x', 'failed')).toEqual({
      kind: 'errored',
      reason: 'x: gone',
    })
    for (const why of ['cancelled', 'timeout', 'idle', 'lease', 'eof'] as const) {
      expect(outcomeOf({ kind: 'stopped', why }, 'x', 'failed').kind).not.toBe('done')
    }
  })

  it("blames the software for a recipe's step and nobody for ours", () => {
    const result = { kind: 'exited', code: 2, output: 'tar: No space left on device\n' } as const
    expect(outcomeOf(result, 'make', 'failed')).toEqual({
      kind: 'failed',
      reason: 'make ended with 2',
    })
    expect(outcomeOf(result, 'prepare', 'errored')).toEqual({
      kind: 'errored',
      reason: 'prepare ended with 2: tar: No space left on device',
    })
  })

  it('takes our own refusals at their word', () => {
    const result = {
      kind: 'exited',
      code: 76,
      output: 'deployment 44 has already been published here\n',
    } as const
    expect(outcomeOf(result, 'publish', 'errored')).toEqual({
      kind: 'errored',
      reason: 'deployment 44 has already been published here',
    })
  })
})

describe('the command of a step', () => {
  const step: Step = {
    name: 'x',
    run: 'make "$DEPLOY_SHA"',
    on: 'hosts',
    roles: [],
    as: null,
    dir: null,
    env: {},
    timeoutMs: 1,
    idleTimeoutMs: 1,
    continuesOnError: false,
    retries: 0,
  }

  it('runs in the release, or where the recipe says', () => {
    expect(commandOf(step, '/srv/a', [])).toBe('cd -- /srv/a\nmake "$DEPLOY_SHA"')
    expect(commandOf({ ...step, dir: 'b c' }, '/srv/a', [])).toContain("cd -- '/srv/a/b c'\n")
    expect(commandOf({ ...step, dir: '/opt' }, '/srv/a', [])).toContain('cd -- /opt\n')
  })

  it('becomes another user without a password, and takes only its variables along', () => {
    expect(commandOf({ ...step, as: 'root' }, '/srv/a', ['DEPLOY_SHA', 'TOKEN'])).toBe(
      `cd -- /srv/a\nexec sudo -n -u root '--preserve-env=DEPLOY_SHA,TOKEN' -- sh -ec 'make "$DEPLOY_SHA"'`,
    )
  })
})
