import { z } from 'zod'
import type { Secret } from '../../lib/secret.ts'

/** What a forge with secrets of its own answers, as far as it is used. */
export const given = z.object({
  secrets: z.array(z.object({ name: z.string(), encrypted_value: z.string() })),
  variables: z.array(z.object({ name: z.string(), value: z.string() })),
})

/** A deployment of a forge's. */
export type Place = {
  /** As `owner/name`. */
  readonly repository: string
  readonly id: number
}

/** The right to run a deployment, kept until it is disposed. */
export type Claim = AsyncDisposable & {
  /** Of these names, those that the forge knows; a secret wins over a variable. Throws the Problem to be told. */
  read(names: readonly string[]): Promise<ReadonlyMap<string, Secret>>
}
