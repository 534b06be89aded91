import { html } from 'ghtml'
import { Problem } from '../../lib/problem.ts'

const dayMs = 24 * 60 * 60 * 1000

/** In days; a month where nobody says otherwise, since most tokens are forgotten before they are needed no more. */
const choices: readonly (readonly [value: string, word: string])[] = [
  ['7', '7 days'],
  ['30', '30 days'],
  ['60', '60 days'],
  ['90', '90 days'],
  ['366', 'A year'],
  ['none', 'No expiration'],
]

export const defaultLifetime = '30'

export const lifetimeSelect = (chosen: string): string =>
  html`<label for="lifetime">Expiration</label>
<select id="lifetime" name="lifetime">!${choices
    .map(
      ([value, word]) =>
        html`<option value="${value}"!${value === chosen ? ' selected' : ''}>${word}</option>`,
    )
    .join('')}</select>`

/** When it ends; null for never. Throws `invalid` for what was none of the choices. */
export function parseLifetime(text: string | undefined, now: Date): string | null {
  if (text === 'none') return null
  if (!choices.some(([value]) => value === text)) {
    throw new Problem('invalid', `"${text ?? ''}" is no lifetime: choose one of those listed`)
  }
  return new Date(now.getTime() + Number(text) * dayMs).toISOString()
}
