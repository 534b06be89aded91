import type { App } from '../app.ts'
import { findDeployment } from '../deployments/find-deployment.ts'
import { Problem } from '../lib/problem.ts'
import type { Repository } from '../repositories/model.ts'
import type { Db } from '../store/engine.ts'
import { insertPiece, piecesFrom, sizeOf } from './queries.ts'

const logBytesMax = 16 * 1024 * 1024
const pieceBytesMax = 1024 * 1024

type Place = { readonly repository: Repository; readonly id: number }

type Added = {
  /** Where it belongs; undefined for the end. */
  readonly offset: number | undefined
  readonly bytes: Uint8Array
}

/**
 * Adds to what a deployment printed, and gives its size. What is there already is not added again, so that
 * whoever heard no answer may say the same once more. Throws `not_found`, `conflict` where something
 * before it is missing, `too_large` for what is too much.
 */
export async function appendLog(app: Pick<App, 'store'>, { repository, id }: Place, added: Added) {
  return await app.store.transaction(async (tx) => {
    await findDeployment(tx, repository.id, id)
    const size = await findLogSize(tx, id)
    const { offset = size, bytes } = added
    const missing = `The log of deployment ${id} has ${size} bytes: send what comes after those`
    if (offset > size) throw new Problem('conflict', missing)
    const piece = bytes.subarray(size - offset)
    if (piece.length === 0) return size
    refuseTooMuch(id, size, piece.length)
    await tx.all(insertPiece, { deployment_id: id, starts_at: size, piece })
    return size + piece.length
  }, repository.id)
}

function refuseTooMuch(id: number, size: number, more: number): void {
  if (more > pieceBytesMax) {
    throw new Problem('too_large', `Send at most ${pieceBytesMax} bytes of a log at once`)
  }
  if (size + more <= logBytesMax) return
  const message = `The log of deployment ${id} has ${size} bytes, and would have more than ${logBytesMax}`
  throw new Problem('too_large', message)
}

/** In bytes; 0 where there is none. */
export const findLogSize = async (db: Db, deployment_id: number): Promise<number> =>
  Number((await db.first(sizeOf, { deployment_id }))?.size ?? 0)

/** So many pieces are read at once. */
const piecesMax = 500

/** A part of the log from `offset` on; empty where nothing comes after it. */
export async function readLog(db: Db, deployment_id: number, offset: number): Promise<Buffer> {
  const pieces = await db.all(piecesFrom, { deployment_id, from: offset, limit: piecesMax })
  const [first] = pieces
  if (!first) return Buffer.alloc(0)
  const bytes = Buffer.concat(pieces.map(({ piece }) => piece))
  return bytes.subarray(offset - Number(first.starts_at))
}
