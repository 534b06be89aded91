import { z } from 'zod'
import { line, text } from '../http/text.ts'

const commentCharactersMax = 65_535
const environmentsMax = 100
const state = z.string().pipe(z.enum(['approved', 'rejected']))

/** `POST …/pending_deployments` (contract 4.8): all three are required, even an empty comment. */
export const newReview = z.object({
  environment_ids: z.array(z.int()).max(environmentsMax),
  state,
  comment: text(commentCharactersMax),
})
export type NewReview = z.infer<typeof newReview>

/** `POST …/deployments/{id}/break-glass` and `…/overtake` */
export const overruling = z.strictObject({
  reason: text(commentCharactersMax).refine((reason) => reason.trim() !== '', {
    error: "can't be blank",
  }),
})

const nameCharactersMax = 255
const appCommentCharactersMax = 1024

/** `POST …/deployment_protection_rule` (contract 4.7): without a state it tells of progress. */
export const newAppReview = z.object({
  environment_name: line(nameCharactersMax),
  state: state.optional(),
  comment: text(appCommentCharactersMax).optional(),
})
export type NewAppReview = z.infer<typeof newAppReview>
