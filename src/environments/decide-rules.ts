import type { EnvironmentSettings, KeptRule, ProtectionRule, Reviewer } from './model.ts'

/**
 * The rules that settings stand for (contract 4.2): a wait of nothing is no rule,
 * and neither is a review that nobody could give.
 */
export function rulesFor(
  settings: EnvironmentSettings,
  reviewers: readonly Reviewer[],
): ProtectionRule[] {
  const { wait_timer, prevent_self_review, deployment_branch_policy } = settings
  const rules: ProtectionRule[] = []
  if (wait_timer > 0) rules.push({ type: 'wait_timer', wait_timer })
  if (reviewers.length > 0)
    rules.push({ type: 'required_reviewers', prevent_self_review, reviewers })
  if (deployment_branch_policy) rules.push({ type: 'branch_policy' })
  return rules
}

export type RuleChange = {
  readonly remove: readonly KeptRule[]
  readonly add: readonly ProtectionRule[]
}

/** What makes the kept rules the wanted ones. A rule that stays as it is keeps its id; one that changes gets a new one. */
export function decideRules(
  kept: readonly KeptRule[],
  wanted: readonly ProtectionRule[],
): RuleChange {
  return {
    remove: kept.filter((rule) => !wanted.some((other) => isSame(rule, other))),
    add: wanted.filter((rule) => !kept.some((other) => isSame(rule, other))),
  }
}

const isSame = (one: ProtectionRule, other: ProtectionRule): boolean =>
  one.type === other.type && contentOf(one) === contentOf(other)

function contentOf(rule: ProtectionRule): string {
  switch (rule.type) {
    case 'wait_timer':
      return `${rule.wait_timer}`
    case 'required_reviewers':
      return `${rule.prevent_self_review} ${rule.reviewers.map(nameOf)}`
    case 'branch_policy':
      return ''
  }
}

const nameOf = ({ type, reviewer }: Reviewer) => `${type} ${reviewer.id}`
