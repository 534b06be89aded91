import { html } from 'ghtml'
import type { KeptRule, ProtectedEnvironment } from '../../environments/model.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import { reviewerName } from './rule-words.ts'
import type { About } from './section.ts'

type Fields = Readonly<Record<string, string>>

/** What the form shows of an environment: the same fields that it posts. */
function fieldsOf({ rules, branch_policy, ...environment }: ProtectedEnvironment): Fields {
  const { can_admins_bypass, required_approvals } = environment
  const review = ruleOf(rules, 'required_reviewers')
  const minutes = ruleOf(rules, 'wait_timer')?.wait_timer
  return {
    reviewers: (review?.reviewers ?? []).map(reviewerName).join(', '),
    required_approvals: String(required_approvals),
    wait_timer: minutes === undefined ? '' : String(minutes),
    branch_policy: {
      protected_branches: 'protected',
      custom_branch_policies: 'selected',
      none: 'none',
    }[branch_policy ?? 'none'],
    ...(review?.prevent_self_review && { prevent_self_review: '1' }),
    ...(can_admins_bypass && { can_admins_bypass: '1' }),
  }
}

const ruleOf = <T extends KeptRule['type']>(rules: readonly KeptRule[], type: T) =>
  rules.find((rule): rule is Extract<KeptRule, { type: T }> => rule.type === type)

const policies = [
  ['none', 'No restriction', 'Any branch or tag, and any commit'],
  ['protected', 'Protected branches only', 'Any branch while none is protected'],
  ['selected', 'Selected branches and tags', 'Those that match the patterns below'],
] as const

export function renderProtection(environment: ProtectedEnvironment, about: About): string {
  const { path, formToken, typed, refusal } = about
  const fields = refusal === undefined ? fieldsOf(environment) : typed
  const policy = fields['branch_policy'] ?? 'none'
  return html`<section id="protection"><h2>Deployment protection rules</h2>!${alert(refusal)}
<form class="card" method="post" action="${path}/protection#protection">!${hiddenInputs({ form_token: formToken })}
<label for="reviewers">Required reviewers</label>
<input id="reviewers" name="reviewers" value="${fields['reviewers'] ?? ''}" placeholder="octocat, acme/operators" aria-describedby="reviewers-hint" autocomplete="off" spellcheck="false">
<p id="reviewers-hint" class="muted">Up to six users and teams, separated by commas. Empty: nobody has to approve.</p>
<label for="required_approvals">How many of them have to approve</label>
<input id="required_approvals" name="required_approvals" type="number" min="1" max="6" value="${fields['required_approvals'] ?? '1'}">
!${box('prevent_self_review', fields, 'Prevent self-review: whoever asked for a deployment may not approve it')}
<label for="wait_timer">Wait timer, in minutes</label>
<input id="wait_timer" name="wait_timer" type="number" min="0" max="43200" value="${fields['wait_timer'] ?? ''}" placeholder="0">
!${box('can_admins_bypass', fields, 'Allow administrators to bypass these rules, for a reason that they give')}
<fieldset><legend>Deployment branches and tags</legend>!${policies.map(([value, word, says]) => html`<label class="choice"><input type="radio" name="branch_policy" value="${value}"!${value === policy ? ' checked' : ''}> <span>${word} <span class="muted">${says}</span></span></label>`).join('')}</fieldset>
<p class="actions"><button class="go">Save protection rules</button></p></form></section>`
}

const box = (name: string, fields: Fields, words: string) =>
  html`<label class="choice"><input type="checkbox" name="${name}" value="1"!${fields[name] === '1' ? ' checked' : ''}> ${words}</label>`
