/** What a ref's full name says. */
export type RefName = { readonly kind: 'branch' | 'tag'; readonly name: string }

/** Undefined for what is neither a branch nor a tag. */
export function parseRefName(ref: string): RefName | undefined {
  const [, space, name] = /^refs\/(heads|tags)\/(.+)$/.exec(ref) ?? []
  if (!space || !name) return undefined
  return { kind: space === 'heads' ? 'branch' : 'tag', name }
}

const usual = ['main', 'master']

/**
 * The default branch after a push that left these branches behind. It stays
 * what it is while there is such a branch; the first push to an empty
 * repository decides otherwise.
 */
export function decideDefaultBranch(facts: {
  readonly current: string
  readonly isThere: boolean
  /** Short names, in the order of the push, without the deleted. */
  readonly pushed: readonly string[]
}): string {
  const { current, isThere, pushed } = facts
  if (isThere) return current
  return usual.find((name) => pushed.includes(name)) ?? pushed[0] ?? current
}
