const kept = new WeakMap<object, { json?: string }>()

/** What is a member of many bodies, such as the repository in events: `jsonOf` writes it once. Nobody may change it. */
export function keepJson<T extends object>(member: T): T {
  kept.set(member, {})
  return member
}

/** A body of plain data as `JSON.stringify` writes it. */
export function jsonOf(body: object): string {
  const members: string[] = []
  for (const [name, value] of Object.entries(body)) {
    const json = jsonOfMember(value)
    if (json !== undefined) members.push(`${JSON.stringify(name)}:${json}`)
  }
  return `{${members.join(',')}}`
}

function jsonOfMember(value: unknown): string | undefined {
  const known = typeof value === 'object' && value !== null ? kept.get(value) : undefined
  if (!known) return JSON.stringify(value)
  known.json ??= JSON.stringify(value)
  return known.json
}
