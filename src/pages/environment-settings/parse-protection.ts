import { invalidField } from '../../lib/problem.ts'

type Fields = Readonly<Record<string, string>>

/** A reviewer as somebody wrote it. */
export type Named =
  | { readonly type: 'User'; readonly login: string }
  | { readonly type: 'Team'; readonly organization: string; readonly slug: string }

/** Logins and `organization/team`, with or without `@`, between commas, spaces or lines. */
export function parseReviewers(text: string): Named[] {
  return text
    .split(/[\s,]+/)
    .map((name) => name.replace(/^@/, ''))
    .filter((name) => name !== '')
    .map((name) => {
      const [organization = '', slug] = name.split('/')
      if (slug === undefined) return { type: 'User', login: name }
      return { type: 'Team', organization, slug }
    })
}

const policies: Readonly<Record<string, object | null>> = {
  none: null,
  protected: { protected_branches: true, custom_branch_policies: false },
  selected: { protected_branches: false, custom_branch_policies: true },
}

/** A posted form as the API's body; its reviewers are found by others. */
export function protectionBodyOf(form: Fields): Record<string, unknown> {
  const minutes = form['wait_timer']?.trim() || '0'
  if (!/^\d{1,9}$/.test(minutes)) {
    const message = `The wait timer must be a number of minutes, not "${minutes.slice(0, 100)}"`
    throw invalidField({ resource: 'Environment', field: 'wait_timer', code: 'custom', message })
  }
  return {
    wait_timer: Number(minutes),
    prevent_self_review: form['prevent_self_review'] === '1',
    can_admins_bypass: form['can_admins_bypass'] === '1',
    deployment_branch_policy: policies[form['branch_policy'] ?? 'none'] ?? null,
  }
}
