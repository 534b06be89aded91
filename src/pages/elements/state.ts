import { html } from 'ghtml'
import { type IconName, icon } from './icon.ts'

type Look = {
  readonly tone: 'good' | 'bad' | 'busy' | 'wait' | 'past'
  readonly icon: IconName
  readonly word: string
}

/** As GitHub words them; `destroyed` is what an inactive deployment of a transient environment is called. */
const looks: Readonly<Record<string, Look>> = {
  success: { tone: 'good', icon: 'check-circle-fill', word: 'Active' },
  succeeded: { tone: 'good', icon: 'check-circle-fill', word: 'Succeeded' },
  superseded: { tone: 'past', icon: 'check', word: 'Superseded' },
  inactive: { tone: 'past', icon: 'circle-slash', word: 'Inactive' },
  destroyed: { tone: 'past', icon: 'trash', word: 'Destroyed' },
  failure: { tone: 'bad', icon: 'x-circle-fill', word: 'Failed' },
  error: { tone: 'bad', icon: 'alert', word: 'Error' },
  pending: { tone: 'busy', icon: 'dot-fill', word: 'Pending' },
  queued: { tone: 'busy', icon: 'dot-fill', word: 'Queued' },
  in_progress: { tone: 'busy', icon: 'sync', word: 'In progress' },
  waiting: { tone: 'wait', icon: 'hourglass', word: 'Waiting' },
}

const unknown: Look = { tone: 'past', icon: 'dot-fill', word: 'Unknown' }

/** The state of a deployment: an icon and a word, never a colour alone. */
export function statePill(state: string): string {
  const { tone, icon: name, word } = looks[state] ?? { ...unknown, word: state }
  return html`<span class="state ${tone}">!${icon(name)} ${word}</span>`
}
