export type ConsentFacts = {
  /** Everything that the person let the client do before, with all that it contains; undefined if nothing. */
  readonly granted: ReadonlySet<string> | undefined
  /** Undefined: whatever was granted before. */
  readonly asked: readonly string[] | undefined
  /** A program on a person's own machine, which any other program there could pretend to be. */
  readonly isPublic: boolean
  /** `select_account`, `consent`: the client wants the person to be asked. */
  readonly prompt: string | undefined
  /** The client means somebody else than who is signed in. */
  readonly isForAnother: boolean
  readonly codesWithinHour: number
}

/** A client that asks more often than this has probably lost its way, and the person should see it (contract 7.6). */
const codesPerHourMax = 10

/** Whether the person has to be asked, or has answered before (RFC 8252 8.6). */
export function needsConsent(facts: ConsentFacts): boolean {
  const { granted, asked = [], isPublic, prompt = '', isForAnother, codesWithinHour } = facts
  if (granted === undefined || isPublic || prompt !== '' || isForAnother) return true
  return codesWithinHour >= codesPerHourMax || asked.some((scope) => !granted.has(scope))
}
