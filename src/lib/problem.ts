/**
 * A failure we mean to show to whoever asked. Anything else that is thrown is a
 * bug: it is logged whole and answered with "Server Error".
 */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  /** GitHub's `errors`: field problems, or plain sentences (contract 8.4). */
  readonly errors: readonly FieldProblem[] | readonly string[]
  /** Members of ours beside GitHub's. */
  readonly more: object

  constructor(
    code: ProblemCode,
    message: string,
    errors: Problem['errors'] = [],
    more: Problem['more'] = {},
  ) {
    super(message)
    this.code = code
    this.errors = errors
    this.more = more
  }
}

export type ProblemCode =
  | 'bad_request'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'too_large'
  | 'unsupported'
  | 'invalid'
  | 'unavailable'

/** One entry of GitHub's `errors` (contract 8.4). */
export type FieldProblem = {
  readonly resource: string
  readonly field?: string
  readonly code:
    | 'missing'
    | 'missing_field'
    | 'invalid'
    | 'already_exists'
    | 'too_large'
    | 'unprocessable'
    | 'custom'
  readonly message?: string
  readonly [more: string]: unknown
}

export const notFound = () => new Problem('not_found', 'Not Found')

/** A 422 "Validation Failed" about one field. */
export const invalidField = (problem: FieldProblem) =>
  new Problem('invalid', 'Validation Failed', [problem])

/** A problem in the words that say most, for somebody who reads one line. */
export function sayingOf({ message, errors }: Problem): string {
  const [first] = errors
  return (typeof first === 'string' ? first : first?.message) ?? message
}
