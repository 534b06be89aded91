import type { Account } from '../accounts/model.ts'
import type { Db } from '../store/engine.ts'
import type { Holdings } from './payload.ts'
import { countedOwnRepositories } from './queries.ts'

export async function findHoldings(db: Db, { id }: Pick<Account, 'id'>): Promise<Holdings> {
  const rows = await db.all(countedOwnRepositories, { owner_id: id })
  const countOf = (flag: 0 | 1) => rows.find((row) => row.private === flag)?.count ?? 0
  return { public: countOf(0), private: countOf(1) }
}
