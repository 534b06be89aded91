import { html } from 'ghtml'
import type { QueueMode } from '../../queues/model.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { About } from './section.ts'

const modes: readonly (readonly [QueueMode, string, string])[] = [
  ['all', 'All at once', 'Deployments do not wait for each other'],
  ['latest', 'One at a time', 'Whoever waits gives way to a later one that has its commit'],
  ['reject', 'One at a time, or not at all', 'What would have to wait is refused'],
]

/** How deployments to here wait for each other. */
export function renderQueue(mode: QueueMode, { path, formToken, refusal }: About): string {
  const choices = modes.map(
    ([value, word, says]) =>
      html`<label class="choice"><input type="radio" name="mode" value="${value}"!${value === mode ? ' checked' : ''}> <span>${word} <span class="muted">${says}</span></span></label>`,
  )
  return html`<section id="queue"><h2>Queue</h2>!${alert(refusal)}
<form class="card" method="post" action="${path}/queue#queue">!${hiddenInputs({ form_token: formToken })}<fieldset><legend>How deployments to here wait for each other</legend>!${choices.join('')}</fieldset><p class="actions"><button>Save queue</button></p></form></section>`
}
