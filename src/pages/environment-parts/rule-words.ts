import type { ProtectedEnvironment, ProtectionRule, Reviewer } from '../../environments/model.ts'

/** As people write one: a login, or `organization/team`. */
export const reviewerName = ({ type, reviewer }: Reviewer): string =>
  type === 'User' ? reviewer.login : `${reviewer.organization_login}/${reviewer.slug}`

/** What protects an environment, on one line. */
export function ruleWords({ rules, branch_policy }: ProtectedEnvironment): string {
  if (rules.length === 0) return 'No protection rules'
  const words = rules.map((rule) => wordsOf(rule, branch_policy)).join(' · ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function wordsOf(rule: ProtectionRule, policy: ProtectedEnvironment['branch_policy']): string {
  switch (rule.type) {
    case 'required_reviewers':
      return `reviewed by ${rule.reviewers.map(reviewerName).join(' or ')}`
    case 'wait_timer':
      return `waits ${counted(rule.wait_timer, 'minute')}`
    case 'branch_policy':
      return policy === 'protected_branches'
        ? 'protected branches only'
        : 'selected branches and tags only'
  }
}

export const counted = (count: number, word: string): string =>
  `${count} ${word}${count === 1 ? '' : 's'}`
