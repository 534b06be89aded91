import { html } from 'ghtml'
import { theirs } from '../elements/code.ts'

type Known = readonly [name: string, says: string]

/** What happens here, by what it is about. */
const groups: readonly (readonly [string, readonly Known[]])[] = [
  [
    'Deployments',
    [
      ['deployment', 'A deployment was asked for, and nothing holds it.'],
      ['deployment_status', 'A deployment came into another state.'],
    ],
  ],
  [
    'Code',
    [
      ['push', 'Commits were pushed, or a branch or tag was moved.'],
      ['create', 'A branch or tag was made.'],
      ['delete', 'A branch or tag was deleted.'],
      ['status', 'A commit has a new status.'],
      ['check_run', 'A check began, ended or changed.'],
      ['check_suite', 'All checks of an App for a commit ended.'],
    ],
  ],
  [
    'Repository',
    [
      ['deploy_key', 'A deploy key was added or deleted.'],
      ['repository_dispatch', 'A program sent an event of its own.'],
    ],
  ],
]

const known = new Set(groups.flatMap(([, events]) => events.map(([name]) => name)))

/** "Which events?", as GitHub asks it, with the single ones as a tree. Works without a script. */
export function eventTree(events: readonly string[]): string {
  const which = whichOf(events)
  const others = events.filter((name) => name !== '*' && !known.has(name))
  const branches = groups.map(([title, all]) => branch(title, all, events))
  const more =
    others.length === 0
      ? ''
      : branch(
          'Others',
          others.map((name) => [name, ''] as const),
          events,
        )
  return html`<fieldset><legend>Which events should trigger this webhook?</legend>
!${radio('push', 'Just the push event', which)}
!${radio('everything', 'Send everything', which)}
!${radio('some', 'Let me select single events', which)}
<div class="tree">!${branches.join('')}!${more}</div>
</fieldset>`
}

function whichOf(events: readonly string[]): string {
  if (events.includes('*')) return 'everything'
  return events.length === 1 && events[0] === 'push' ? 'push' : 'some'
}

const radio = (value: string, words: string, which: string) =>
  html`<label class="choice"><input type="radio" name="which" value="${value}"!${value === which ? ' checked' : ''}> ${words}</label>`

const branch = (title: string, all: readonly Known[], chosen: readonly string[]) =>
  html`<fieldset><legend>${title}</legend>!${all
    .map(
      ([name, says]) =>
        html`<label class="choice"><input type="checkbox" name="event" value="${name}"!${chosen.includes(name) ? ' checked' : ''}> <span><code>!${theirs(name)}</code> <span class="muted">${says}</span></span></label>`,
    )
    .join('')}</fieldset>`
