import { matchesGlob } from '../../lib/glob.ts'

type Document = Readonly<Record<string, unknown>>

const isDocument = (value: unknown): value is Document =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Objects merge key by key; a list or a plain value of the overlay replaces what was there. */
function mergeDeep(base: Document, overlay: Document): Document {
  const merged = new Map(Object.entries(base))
  for (const [key, value] of Object.entries(overlay)) {
    const under = merged.get(key)
    merged.set(key, isDocument(under) && isDocument(value) ? mergeDeep(under, value) : value)
  }
  return Object.fromEntries(merged)
}

/** The overlay for an environment: the one of its exact name, else the first glob that fits. */
export function overlayNameOf(document: Document, environment: string): string | null {
  const names = Object.keys(environmentsOf(document))
  if (names.includes(environment)) return environment
  return names.find((name) => matchesGlob(name, environment)) ?? null
}

/** The document with one overlay merged in and `environments` gone. */
export function withOverlay(document: Document, overlayName: string | null): Document {
  const { environments: _, ...base } = document
  const overlay = overlayName === null ? {} : environmentsOf(document)[overlayName]
  return isDocument(overlay) ? mergeDeep(base, overlay) : base
}

export function environmentsOf(document: Document): Document {
  const environments = document['environments']
  return isDocument(environments) ? environments : {}
}
