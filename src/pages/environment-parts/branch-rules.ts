import { html } from 'ghtml'
import { findProtectedBranches } from '../../branch-protection/branch-protection.ts'
import type { BranchPolicy, Environment } from '../../environments/model.ts'
import { findBranchPolicies } from '../../environments/protection.ts'
import { askFirst } from '../dashboard/form.ts'
import type { RepositoryVisit } from '../dashboard/repository-page.ts'
import { theirs } from '../elements/code.ts'
import { icon } from '../elements/icon.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import {
  type Allowed,
  allowedBy,
  type Limits,
  type NamedRef,
  refsMatching,
} from './allowed-refs.ts'
import type { About } from './section.ts'

type BranchRules = {
  readonly policy: Environment['branch_policy']
  readonly patterns: readonly BranchPolicy[]
  readonly refs: readonly NamedRef[]
  /** What was asked of a ref, and what it came to. */
  readonly tested?: { readonly ref: string; readonly allowed: Allowed }
}

/** Which refs may be deployed, with all that there are to try them on. */
export async function findBranchRules(
  { app, repository, query }: RepositoryVisit,
  { id, branch_policy: policy }: Environment,
): Promise<BranchRules> {
  if (policy === null) return { policy, patterns: [], refs: [] }
  const [patterns, branches, tags, protectedBranches] = await Promise.all([
    findBranchPolicies(app.store.read, id),
    app.git.branches(repository.id),
    app.git.tags(repository.id),
    findProtectedBranches(app.store.read, repository.id),
  ])
  const refs = [
    ...branches.map(({ name }) => ({ type: 'branch', name }) as const),
    ...tags.map(({ name }) => ({ type: 'tag', name }) as const),
  ]
  const found = { policy, patterns, refs }
  const ref = query['ref']?.trim() ?? ''
  if (ref === '') return found
  const resolved = await app.git.resolve(repository.id, ref)
  const named =
    resolved && resolved.kind !== 'sha' ? { ...resolved, type: resolved.kind } : resolved
  const limits: Limits = { policy, patterns, protectedBranches }
  return { ...found, tested: { ref, allowed: allowedBy(limits, named) } }
}

/** Nothing where every ref may go. */
export function renderBranchRules(rules: BranchRules, about: About): string {
  if (rules.policy === null) return ''
  const { path } = about
  const patterns = rules.policy === 'custom_branch_policies' ? renderPatterns(rules, about) : ''
  return html`<section id="branches"><h2>Deployment branches and tags</h2>!${alert(about.refusal)}
!${patterns}
<form class="card inline" method="get" action="${path}/edit#branches"><label for="test-ref">May it be deployed here?</label><input id="test-ref" name="ref" value="${rules.tested?.ref ?? ''}" placeholder="A branch or a tag" spellcheck="false" required><button>Test</button></form>
!${rules.tested ? renderTest(rules.tested) : ''}</section>`
}

function renderPatterns(rules: BranchRules, { path, formToken, typed }: About): string {
  const hidden = hiddenInputs({ form_token: formToken })
  const items = rules.patterns.map((pattern) =>
    patternItem(pattern, rules.refs, { path, formToken }),
  )
  const none =
    '<p class="note warning">There is no pattern yet, so nothing may be deployed here.</p>'
  return html`!${items.length === 0 ? none : html`<ul class="box">!${items.join('')}</ul>`}
<form class="card inline" method="post" action="${path}/patterns#branches">!${hidden}<label class="visually-hidden" for="ref-type">Type</label><select id="ref-type" name="type">!${option('branch', typed['type'])}!${option('tag', typed['type'])}</select><label class="visually-hidden" for="pattern">Pattern</label><input id="pattern" name="name" required maxlength="255" value="${typed['name'] ?? ''}" placeholder="release/*" spellcheck="false"><button>Add rule</button></form>
<p class="muted"><code>*</code> stands for anything but a slash, <code>**/</code> for any folders, <code>?</code> for one character, <code>[0-9]</code> for one of these.</p>`
}

const option = (type: 'branch' | 'tag', chosen: string | undefined) =>
  html`<option value="${type}"!${type === chosen ? ' selected' : ''}>${type === 'branch' ? 'Branch' : 'Tag'}</option>`

const refsShown = 8

/** With what it matches of the refs that are there now. */
function patternItem(
  pattern: BranchPolicy,
  refs: readonly NamedRef[],
  { path, formToken }: Pick<About, 'path' | 'formToken'>,
): string {
  const matching = refsMatching(pattern, refs)
  const shown = matching.slice(0, refsShown).map(({ name }) => html`<code>!${theirs(name)}</code>`)
  const rest = matching.length - shown.length
  const matches =
    matching.length === 0
      ? html`matches no ${pattern.type} that there is now`
      : html`matches !${shown.join(', ')}!${rest > 0 ? ` and ${rest} more` : ''}`
  return html`<li class="row"><div>!${icon(pattern.type === 'branch' ? 'git-branch' : 'tag', pattern.type)} <code>!${theirs(pattern.name)}</code><div class="muted">!${matches}</div></div>!${askFirst(
    {
      ask: 'Delete',
      says: html`What only <code>!${theirs(pattern.name)}</code> lets pass may no longer be deployed here.`,
      confirm: 'Delete this rule',
      action: `${path}/patterns/${pattern.id}/delete#branches`,
      fields: { form_token: formToken },
    },
  )}</li>`
}

function renderTest({ ref, allowed }: NonNullable<BranchRules['tested']>): string {
  const name = html`<code>!${theirs(ref)}</code>`
  switch (allowed.kind) {
    case 'by_pattern':
      return html`<p class="note" role="status"><span class="state good">!${icon('check-circle-fill')} Yes</span> !${name} is let pass by <code>!${theirs(allowed.pattern)}</code>.</p>`
    case 'by_protection':
      return html`<p class="note" role="status"><span class="state good">!${icon('check-circle-fill')} Yes</span> ${allowed.isProtected ? 'The branch is protected:' : 'No branch is protected yet, so any may go:'} !${name}</p>`
    case 'no':
      return html`<p class="note warning" role="status"><span class="state bad">!${icon('x-circle-fill')} No</span> !${name} ${allowed.why}</p>`
  }
}
