import { describe, expect, it } from 'vitest'
import { decideRules, rulesFor } from './decide-rules.ts'
import { environmentSettings, type Reviewer } from './model.ts'

const userNamed = (id: number, login: string): Reviewer => ({
  type: 'User',
  reviewer: { id, login, type: 'User', site_admin: 0 },
})
const octo: Reviewer = userNamed(1, 'octo')
const mona: Reviewer = userNamed(2, 'mona')
const settings = (some: object) => environmentSettings.parse(some)
const timer = (wait_timer: number) => ({ type: 'wait_timer', wait_timer }) as const
const review = (...reviewers: Reviewer[]) =>
  ({ type: 'required_reviewers', prevent_self_review: false, reviewers }) as const

describe('settings stand for', () => {
  it('no rules when they say nothing', () => {
    expect(rulesFor(settings({}), [])).toEqual([])
    expect(rulesFor(settings({ wait_timer: 0, prevent_self_review: true }), [])).toEqual([])
  })

  it('a rule for each thing that they ask for', () => {
    const policy = { protected_branches: true, custom_branch_policies: false }
    const all = settings({
      wait_timer: 30,
      prevent_self_review: true,
      deployment_branch_policy: policy,
    })
    expect(rulesFor(all, [octo])).toEqual([
      timer(30),
      { ...review(octo), prevent_self_review: true },
      { type: 'branch_policy' },
    ])
  })
})

describe('a change of rules', () => {
  const kept = [
    { id: 1, ...timer(30) },
    { id: 2, ...review(octo) },
  ]

  it('leaves alone what stays the same', () => {
    expect(decideRules(kept, [timer(30), review(octo)])).toEqual({ remove: [], add: [] })
  })

  it('makes a new rule of one that changes', () => {
    expect(decideRules(kept, [timer(31), review(octo, mona)])).toEqual({
      remove: kept,
      add: [timer(31), review(octo, mona)],
    })
  })

  it('takes away what is no longer asked for', () => {
    expect(decideRules(kept, [timer(30)])).toEqual({ remove: [kept[1]], add: [] })
  })
})
