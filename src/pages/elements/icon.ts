import { html } from 'ghtml'
import { octicons } from './octicons.ts'

export type IconName = keyof typeof octicons

/** Beside a word it says nothing of its own; alone it needs a label for those who do not see it. */
export const icon = (name: IconName, label?: string): string =>
  label === undefined
    ? html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">!${octicons[name]}</svg>`
    : html`<svg class="icon" viewBox="0 0 16 16" role="img" aria-label="${label}">!${octicons[name]}</svg>`
