import { html } from 'ghtml'
import type { GivenReview } from '../../gates/gates.ts'
import type { Verdict } from '../../gates/model.ts'
import { theirs } from '../elements/code.ts'
import { type IconName, icon } from '../elements/icon.ts'
import { ago } from '../elements/when.ts'
import { hiddenInputs } from '../web/layout.ts'
import type { Facts } from './facts.ts'

type Frame = {
  /** The deployment's own address. */
  readonly place: string
  readonly formToken: string
  readonly now: Date
  /** What was typed into a form that was refused. */
  readonly comment: string
}

const names: Readonly<Record<string, string>> = {
  environment: 'Environment',
  branch_policy: 'Deployment branches and tags',
  required_reviewers: 'Required reviewers',
  wait_timer: 'Wait timer',
  custom_rule: 'Custom rule',
  lock: 'Lock',
  freeze: 'Freeze',
  queue: 'Queue',
  auto_merge: 'Merge with the default branch',
  required_contexts: 'Checks',
}

type Look = { readonly tone: string; readonly icon: IconName; readonly word: string }

const looks: Readonly<Record<Verdict['verdict'], Look>> = {
  pass: { tone: 'good', icon: 'check-circle-fill', word: 'Passed' },
  wait: { tone: 'wait', icon: 'hourglass', word: 'Waiting' },
  refuse: { tone: 'bad', icon: 'x-circle-fill', word: 'Failed' },
}

/** Why a deployment waits: every gate, what it says, and who can open it; then what this visitor can say. */
export function gateList(
  wait: NonNullable<Facts['wait']>,
  reviews: readonly GivenReview[],
  frame: Frame,
): string {
  const { verdicts } = wait.gates
  return html`<section aria-labelledby="gates"><h2 id="gates">Gates</h2>
<ul class="box">!${verdicts.map((verdict) => gate(verdict, frame)).join('')}!${reviews.map((review) => said(review, frame)).join('')}</ul>
!${answerForms(wait, frame)}</section>`
}

function gate({ gate: name, verdict, reason, until, cleared_by }: Verdict, { now }: Frame): string {
  const look = looks[verdict]
  const clearing = [
    until === null ? '' : html`Opens by itself !${ago(until, now)}.`,
    cleared_by.length === 0
      ? ''
      : html`Can be cleared by !${cleared_by.map((who) => html`<strong>!${theirs(who)}</strong>`).join(' or ')}.`,
  ]
  return html`<li><div class="facts"><span class="state ${look.tone}">!${icon(look.icon)} ${look.word}</span> <strong>${names[name] ?? name}</strong></div><div>!${theirs(reason)}</div><div class="muted">!${clearing.join(' ')}</div></li>`
}

const words = { approved: 'approved', rejected: 'rejected', pending: 'told' }

const said = ({ reviewer, state, bypass, comment, created_at }: GivenReview, { now }: Frame) =>
  html`<li class="small"><strong>${reviewer.login}</strong> ${bypass === 1 ? 'bypassed the gates' : words[state]} !${ago(created_at, now)}!${comment === '' ? '' : html`: !${theirs(comment)}`}</li>`

/** Approve and reject for a reviewer, bypass for an administrator who is none, and otherwise why neither. */
function answerForms({ answers }: NonNullable<Facts['wait']>, frame: Frame): string {
  if (!answers) return ''
  const { approved, rejected } = answers
  const mayReject = rejected.kind !== 'refuse'
  const mayApprove = approved.kind === 'review'
  const refusal =
    approved.kind === 'refuse' ? html`<p class="note">!${theirs(approved.message)}</p>` : ''
  return [
    refusal,
    mayApprove || mayReject ? reviewForm({ mayApprove, mayReject }, frame) : '',
    approved.kind === 'bypass' ? bypassForm(frame) : '',
  ].join('')
}

type May = { readonly mayApprove: boolean; readonly mayReject: boolean }

const reviewForm = ({ mayApprove, mayReject }: May, { place, formToken, comment }: Frame) =>
  html`<form class="card" method="post" action="${place}/review">!${hiddenInputs({ form_token: formToken })}
<label for="comment">Comment</label><textarea id="comment" name="comment" maxlength="65535">${comment}</textarea>
<div class="inline">!${mayApprove ? html`<button class="go" name="answer" value="approved">!${icon('check')} Approve and deploy</button>` : ''}!${mayReject ? html`<button class="danger" name="answer" value="rejected">!${icon('x')} Reject</button>` : ''}</div></form>`

const bypassForm = ({ place, formToken, comment }: Frame) =>
  html`<details class="card"!${comment === '' ? '' : ' open'}><summary>Bypass the gates as an administrator</summary>
<form method="post" action="${place}/review">!${hiddenInputs({ form_token: formToken })}
<label for="reason">Why</label><textarea id="reason" name="comment" maxlength="65535" required>${comment}</textarea>
<label class="choice"><input type="checkbox" name="understood" value="1" required> I understand the consequences: reviewers, timers and Apps are passed by</label>
<button class="danger" name="answer" value="bypass">Start deploying</button></form></details>`
