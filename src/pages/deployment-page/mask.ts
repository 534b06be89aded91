/** Names that hold what nobody else should read; people put such things where they should not. */
const isSecret = (name: string) =>
  /token|secret|passw|credential|private|authorization|api_?-?key/i.test(name)

const hidden = '••••••'

/** A payload as it may be shown to everybody who sees the deployment. A text that is JSON is looked into as well. */
export function masked(value: unknown): unknown {
  if (typeof value === 'string') return maskedText(value)
  if (Array.isArray(value)) return value.map(masked)
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, isSecret(name) ? hidden : masked(inner)]),
  )
}

/** Not what stands for a number that a double cannot hold: that has a prototype of its own. */
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

function maskedText(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return text
  try {
    return JSON.stringify(masked(JSON.parse(text)))
  } catch {
    // SyntaxError: it only begins like JSON.
    return text
  }
}
