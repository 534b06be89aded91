import { html } from 'ghtml'
import { Problem, type ProblemCode } from '../../lib/problem.ts'
import { hiddenInputs } from '../web/layout.ts'
import type { Page, Redirect, WebAnswer } from '../web/route.ts'

/** What is about what somebody typed. What is about who they are has a page of its own. */
const correctable: readonly ProblemCode[] = ['bad_request', 'conflict', 'too_large', 'invalid']

/**
 * Acts on a posted form and goes on to the address that `act` gives, or shows its page; a refusal shows
 * the form again, which says why and keeps what was typed.
 */
export async function answerForm(
  act: () => Promise<string | Page | Redirect>,
  showAgain: (refusal: string) => Promise<Page>,
): Promise<WebAnswer> {
  try {
    const next = await act()
    return typeof next === 'string' ? { kind: 'redirect', to: next } : next
  } catch (error) {
    if (!(error instanceof Problem) || !correctable.includes(error.code)) throw error
    return { ...(await showAgain(refusalText(error))), status: 422 }
  }
}

/** A refusal in a sentence or two: GitHub's "Validation Failed" alone tells nobody anything. */
export function refusalText({ message, errors }: Problem): string {
  const details = errors.map((one) => {
    if (typeof one === 'string') return one
    return one.message ?? `${one.field ?? one.resource}: ${one.code.replaceAll('_', ' ')}`
  })
  return details.length === 0 ? message : details.map(capitalized).join('. ')
}

const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

type Question = {
  /** On the button that asks it. */
  readonly ask: string
  /** Markup: what will be gone. */
  readonly says: string
  /** On the button that does it. */
  readonly confirm: string
  readonly action: string
  readonly fields: Readonly<Record<string, string>>
}

/** A button that asks first, without a script: what cannot be undone takes two clicks. */
export const askFirst = ({ ask, says, confirm, action, fields }: Question): string =>
  html`<details class="ask"><summary class="button danger">${ask}</summary>
<form class="note warning" method="post" action="${action}">!${hiddenInputs(fields)}<p>!${says}</p><button class="danger">${confirm}</button></form></details>`
