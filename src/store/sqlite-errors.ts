import { Problem } from '../lib/problem.ts'
import { Duplicate } from './engine.ts'

/** SQLite's primary result codes: https://www.sqlite.org/rescode.html. */
const busy = 5
const readOnly = 8
const ioError = 10
const full = 13
const cannotOpen = 14
const unavailable = new Set([busy, readOnly, ioError, full, cannotOpen])
const constraintUnique = 2067
const constraintPrimaryKey = 1555

/** What a caller should see of an error of SQLite's: `Duplicate`, an `unavailable` Problem, or the error itself. */
export function refused(error: unknown): unknown {
  if (!(error instanceof Error) || !('errcode' in error)) return error
  const code = Number(error.errcode)
  if (code === constraintUnique || code === constraintPrimaryKey) {
    return new Duplicate('A row like this exists', { cause: error })
  }
  if (!unavailable.has(code & 0xff)) return error
  const problem = new Problem('unavailable', `The database cannot be written (${error.message})`)
  problem.cause = error
  return problem
}
