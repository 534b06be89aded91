/** What every part of the page is rendered with. */
export type About = {
  readonly path: string
  readonly formToken: string
  readonly now: Date
  /** What was typed into its form when that was refused. */
  readonly typed: Readonly<Record<string, string>>
  readonly refusal: string | undefined
}
