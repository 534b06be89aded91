import { describe, expect, it } from 'vitest'
import { parseReviewers, protectionBodyOf } from './parse-protection.ts'

describe('parseReviewers', () => {
  it('reads users and teams, however they are set apart', () => {
    expect(parseReviewers('@octocat, hubot\n acme/ops @acme/on-call')).toEqual([
      { type: 'User', login: 'octocat' },
      { type: 'User', login: 'hubot' },
      { type: 'Team', organization: 'acme', slug: 'ops' },
      { type: 'Team', organization: 'acme', slug: 'on-call' },
    ])
    expect(parseReviewers(' ,\n')).toEqual([])
  })
})

describe('protectionBodyOf', () => {
  it('has no rules where nothing is filled in', () => {
    expect(protectionBodyOf({ wait_timer: '' })).toEqual({
      wait_timer: 0,
      prevent_self_review: false,
      can_admins_bypass: false,
      deployment_branch_policy: null,
    })
  })

  it('has the policy that was chosen', () => {
    expect(protectionBodyOf({ branch_policy: 'selected' })['deployment_branch_policy']).toEqual({
      protected_branches: false,
      custom_branch_policies: true,
    })
  })

  it('refuses a wait that is no number', () => {
    expect(() => protectionBodyOf({ wait_timer: 'a day' })).toThrow('Validation Failed')
  })
})
