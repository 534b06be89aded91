/** What a newcomer has done so far, as the server has seen it. */
export type Progress = {
  /** `made`: there is one, and nobody has used it yet. */
  readonly token: 'none' | 'made' | 'used'
  /** The newcomer's newest. */
  readonly repository: { readonly name: string; readonly hasPush: boolean } | undefined
  /** The repository's newest. */
  readonly deployment: { readonly id: number; readonly hasSucceeded: boolean } | undefined
  /** What is pushed, and deployed. */
  readonly branch: string
}

/** How long the token of the page is good for. */
export const tokenDays = 30

export const steps = ['token', 'repository', 'push', 'deployment', 'status'] as const
export type Step = (typeof steps)[number]

/** Which steps are done: each by what it leaves behind. */
export const doneSteps = ({ token, repository, deployment }: Progress): ReadonlySet<Step> =>
  new Set(
    [
      token === 'used' ? ('token' as const) : [],
      repository ? ('repository' as const) : [],
      repository?.hasPush ? ('push' as const) : [],
      deployment ? ('deployment' as const) : [],
      deployment?.hasSucceeded ? ('status' as const) : [],
    ].flat(),
  )
