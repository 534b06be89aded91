import { noSha, type RefChange } from '../model.ts'

/** What all recorded changes since a mark did to one ref, the oldest first. */
export type RefStory = {
  readonly repositoryId: number
  readonly ref: string
  readonly steps: readonly Step[]
}

/** 40 zeros where there was, or is to be, no ref. */
export type Step = Pick<RefChange, 'before' | 'after'>

/** Up to which line of the audit log refs are known to be on the disk, and which boot of the machine found so. */
export type Mark = { readonly boot: string; readonly entry: number }

export const textOf = ({ boot, entry }: Mark): string => `${boot} ${entry}`

/** Undefined for an empty setting: nothing waits for its flush. */
export function parseMark(text: string): Mark | undefined {
  const [boot, entry] = text.split(' ')
  return boot && entry ? { boot, entry: Number(entry) } : undefined
}

type Line = {
  readonly repository_id: number | null
  readonly before: string | null
  readonly after: string | null
}

/** The stories that lines about pushes tell, which are given the oldest first. */
export function storiesIn(lines: readonly Line[]): RefStory[] {
  const stories = new Map<string, RefStory & { readonly steps: Step[] }>()
  for (const { repository_id: repositoryId, before, after } of lines) {
    if (repositoryId === null) continue
    const from = parseShas(before)
    for (const [ref, sha] of Object.entries(parseShas(after))) {
      const key = `${repositoryId} ${ref}`
      const story = stories.get(key) ?? { repositoryId, ref, steps: [] }
      story.steps.push({ before: from[ref] ?? noSha, after: sha })
      stories.set(key, story)
    }
  }
  return [...stories.values()]
}

const parseShas = (text: string | null) => JSON.parse(text ?? '{}') as Record<string, string>
