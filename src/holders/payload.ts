import type { Place } from './route.ts'

type Shared = { readonly name: string; readonly visibility: 'all' | 'private' | 'selected' | null }

/** What an organisation's secret or variable shows besides; nothing for any other. */
export function audiencePayload({ name, visibility }: Shared, { url }: Pick<Place, 'url'>) {
  if (visibility === null) return {}
  const selected_repositories_url = `${url}/${name}/repositories`
  return { visibility, ...(visibility === 'selected' ? { selected_repositories_url } : {}) }
}
