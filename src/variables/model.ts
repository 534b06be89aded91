import { z } from 'zod'
import { type Audience, audience, settingName } from '../holders/model.ts'
import { valueBytesMax } from '../secrets/model.ts'

const value = z
  .string()
  .refine((text) => Buffer.byteLength(text) <= valueBytesMax, {
    error: `is too long (maximum is ${valueBytesMax} bytes)`,
  })
  // PostgreSQL's text cannot hold one; nor could the environment of a process.
  .refine((text) => !text.includes('\0'), { error: 'may not contain a NUL character' })

/** `POST …/variables` (contract 5.1). */
export const newVariable = z.object({ name: settingName, value })

/** `PATCH …/variables/{name}`: what is absent stays. */
export const variableEdit = z.object({ name: settingName.optional(), value: value.optional() })

/** An organisation's say as well who sees them. */
export const sharedVariable = newVariable.extend(audience.shape)
export const sharedVariableEdit = variableEdit.extend(audience.partial().shape)

export type NewVariable = z.infer<typeof newVariable> & Partial<Audience>
export type VariableEdit = z.infer<typeof variableEdit> & Partial<Audience>
