import { html } from 'ghtml'
import type { Current } from '../../current/model.ts'
import { type Filters, filterNames, states } from './model.ts'

type Choice = readonly [value: string, word: string]

/** What the history is narrowed to, as a form that leads to the address that says it. */
export function filterForm(
  base: string,
  filters: Filters,
  environments: readonly Current[],
): string {
  const { environment } = filters
  const names = new Set([
    ...environments.map(({ name }) => name),
    ...(environment ? [environment] : []),
  ])
  const chosen = {
    environment: [...names].map((name): Choice => [name, name]),
    state: Object.entries(states),
  }
  const clear = isNarrowed(filters) ? html`<a href="${base}/deployments">Clear</a>` : ''
  return html`<form method="get" action="${base}/deployments" class="inline filters" role="search" aria-label="Filter deployments">
!${choice('environment', 'Environment', { value: environment, choices: chosen.environment })}
!${choice('state', 'State', { value: filters.state, choices: chosen.state })}
!${field('creator', 'Creator', filters.creator)}!${field('ref', 'Ref', filters.ref)}!${field('task', 'Task', filters.task)}
<button>Filter</button>!${clear}</form>`
}

export const isNarrowed = (filters: Filters): boolean =>
  filterNames.some((name) => filters[name] !== '')

const choice = (
  name: string,
  word: string,
  { value, choices }: { readonly value: string; readonly choices: readonly Choice[] },
) =>
  html`<select name="${name}" aria-label="${word}"><option value="">${word}: any</option>!${choices
    .map(
      ([one, text]) =>
        html`<option value="${one}"!${one === value ? ' selected' : ''}>${text}</option>`,
    )
    .join('')}</select>`

const field = (name: string, word: string, value: string) =>
  html`<input name="${name}" value="${value}" aria-label="${word}" placeholder="${word}" autocomplete="off" spellcheck="false">`
