import { Problem } from '../../lib/problem.ts'

/** Values for `${{ name }}` by name; a name that is left out stays as it is. */
export type TemplateValues = Readonly<Record<string, string>>

const places = /\$\{\{\s*(.*?)\s*\}\}/gs
const names = new Set([
  'environment',
  'service',
  'deployment.id',
  'release.sha',
  'release.sha_short',
  'release.id',
  'host.name',
])
// What may become part of a path or a URL: no slash, no space, no leading dot or dash.
const safeValue = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/

export type TemplateFault = { readonly path: readonly string[]; readonly reason: string }

/**
 * What is wrong with the `${{ … }}` of a document (agent 2.1): unknown names,
 * and any at all inside `run`, where data must come through the environment.
 */
export function templateFaults(value: unknown, path: readonly string[] = []): TemplateFault[] {
  if (typeof value === 'string') return faultsOf(value, path)
  return entriesOf(value).flatMap(([key, inner]) => templateFaults(inner, [...path, key]))
}

function faultsOf(text: string, path: readonly string[]): TemplateFault[] {
  if (!text.includes('${{')) return []
  if (path.at(-1) === 'run' || path.at(-2) === 'run') {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the recipe's own syntax
    const reason = 'must not contain ${{ … }}: commands get data from $DEPLOY_… variables'
    return [{ path, reason }]
  }
  const used = [...text.matchAll(places)].map(([, name = '']) => name)
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the recipe's own syntax
  if (used.length === 0) return [{ path, reason: 'has a ${{ without its }}' }]
  return used
    .filter((name) => !names.has(name) && !isSecretOf(path, name))
    .map((name) => ({
      path,
      reason: `has \${{ ${name} }}, which is none of ${[...names].join(', ')}`,
    }))
}

const isSecretOf = (path: readonly string[], name: string) =>
  path.includes('notify') && /^secrets\.[A-Za-z_][A-Za-z0-9_]*$/.test(name)

/**
 * The same document with the values filled in. Throws Problem `invalid` for a
 * value that could change the meaning of a path or URL, such as an environment "a/../b".
 */
export function fillTemplates<T>(document: T, values: TemplateValues): T
export function fillTemplates(document: unknown, values: TemplateValues): unknown {
  if (typeof document === 'string') return fillText(document, values)
  if (Array.isArray(document)) return document.map((item) => fillTemplates<unknown>(item, values))
  if (typeof document !== 'object' || document === null) return document
  const filled = entriesOf(document).map(([key, inner]) => [key, fillTemplates(inner, values)])
  return Object.fromEntries(filled)
}

function fillText(text: string, values: TemplateValues): string {
  return text.replaceAll(places, (place, name: string) => {
    const value = values[name]
    if (value === undefined) return place
    if (safeValue.test(value) && !value.includes('..')) return value
    throw new Problem(
      'invalid',
      `\${{ ${name} }} cannot be used with ${JSON.stringify(value)}: only letters, digits, ".", "_" and "-" may stand there`,
    )
  })
}

const entriesOf = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : []
