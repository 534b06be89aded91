import { z } from 'zod'
import type { GitHubApp } from '../apps/model.ts'
import { httpUrl, line, text } from '../http/text.ts'
import type { CheckRunRow, CheckSuiteRow } from '../tables/commits.ts'

/** With the App that reports. */
export type CheckSuite = CheckSuiteRow & { readonly app: GitHubApp }
export type CheckRun = CheckRunRow & { readonly suite: CheckSuite }

/** Names are compared as contexts of statuses are: without case (contract 9.1). */
export const checkNameKeyOf = (name: string): string => name.toLowerCase()

const nameCharactersMax = 255
/** GitHub's limit for summary and text. */
const outputCharactersMax = 65_535
const annotationCharactersMax = 65_535
const annotationsMax = 50
const actionsMax = 3

const at = z.iso.datetime({ offset: true })
const lineNumber = z.int().min(0)

const annotation = z.object({
  path: line(1024),
  start_line: lineNumber,
  end_line: lineNumber,
  start_column: lineNumber.nullish(),
  end_column: lineNumber.nullish(),
  annotation_level: z.string().pipe(z.enum(['notice', 'warning', 'failure'])),
  message: text(annotationCharactersMax),
  title: line(255).nullish(),
  raw_details: text(annotationCharactersMax).nullish(),
})

export type Annotation = z.infer<typeof annotation>

const output = z.object({
  title: line(nameCharactersMax),
  summary: text(outputCharactersMax),
  text: text(outputCharactersMax).nullish(),
  annotations: z
    .array(annotation)
    .max(annotationsMax, { error: `has more than ${annotationsMax} annotations` })
    .default([]),
})

/** Buttons on GitHub's pages; taken, and not kept: nothing here shows them. */
const action = z.object({ label: line(20), description: line(40), identifier: line(20) })

const conclusions = [
  'action_required',
  'cancelled',
  'failure',
  'neutral',
  'skipped',
  'success',
  'timed_out',
] as const

const fields = {
  details_url: httpUrl().optional(),
  external_id: line(nameCharactersMax).optional(),
  status: z
    .string()
    .pipe(z.enum(['queued', 'in_progress', 'completed']))
    .optional(),
  started_at: at.optional(),
  conclusion: z.string().pipe(z.enum(conclusions)).optional(),
  completed_at: at.optional(),
  output: output.optional(),
  actions: z.array(action).max(actionsMax).optional(),
}

/** Contract 9.2. */
export const newCheckRun = z.object({
  ...fields,
  name: line(nameCharactersMax).min(1),
  head_sha: z.string(),
})

/** A title, once given, need not be given again. */
export const checkRunEdit = z.object({
  ...fields,
  name: line(nameCharactersMax).min(1).optional(),
  output: output.partial({ title: true }).optional(),
})

export type NewCheckRun = z.infer<typeof newCheckRun>
export type CheckRunEdit = z.infer<typeof checkRunEdit>

export const newCheckSuite = z.object({ head_sha: z.string() })

export const suitePreferences = z.object({
  auto_trigger_checks: z
    .array(z.object({ app_id: z.int(), setting: z.boolean() }))
    .max(100)
    .default([]),
})
