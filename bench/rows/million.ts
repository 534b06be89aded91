import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { atMost, compared, type Row } from '../finding.ts'
import {
  addRepository,
  docs,
  idIn,
  installSlipway,
  postDeployment,
  reading,
} from '../installation.ts'
import { type Endpoint, interleave, type Load } from '../measure.ts'

const many = { quick: 200_000, whole: 1_000_000 }
/** A page of the list: answers of the same size can be compared. */
const few = 30
const small = '/repos/octo/small'
const warmMs = 300

/** What a long history costs: the same requests in a repository with a page of deployments. */
export const million: Row = {
  name: 'million',
  async measure({ folder, rounds, ms, isQuick }) {
    await using server = await installSlipway(folder)
    const { load, slipway } = server
    await addRepository(load, 'small')
    const firsts = [await firstOf(load, docs), await firstOf(load, small)]
    const count = isQuick ? many.quick : many.whole
    fill(join(slipway.data, 'slipway.db'), firsts, [count, few])
    const findings = []
    const [full = [], empty = []] = [docs, small].map((at, n) => requestsFor(at, firsts[n] ?? 0))
    for (const [n, endpoint] of full.entries()) {
      const other = empty[n] ?? endpoint
      const msOf = (one: Endpoint) => async () => 1000 / (await load.rateOf(one, ms)).perSecond
      for (const one of [endpoint, other]) await load.rateOf(one, warmMs)
      const times = await interleave(rounds, msOf(endpoint), msOf(other))
      const what = `${endpoint.name} among ${count.toLocaleString('en')} deployments`
      const about = { what, unit: 'ms of the server', against: `${few} deployments` }
      findings.push(compared({ ...about, bar: atMost(1.5) }, times))
    }
    return findings
  },
}

const firstOf = async ({ ask }: Load, repository: string) =>
  idIn(await ask(postDeployment(repository)))

function requestsFor(repository: string, first: number): Endpoint[] {
  const list = `${repository}/deployments`
  return [
    { ...reading(`${list}/${first}`), name: 'GET a deployment' },
    { ...reading(list), name: 'GET deployments' },
    {
      ...reading(`${list}?environment=production&ref=main`),
      name: 'GET deployments of two filters',
    },
    postDeployment(repository),
  ]
}

/** Copies of the first deployment of each, in one transaction; the server looks on. */
function fill(path: string, firsts: readonly number[], counts: readonly number[]): void {
  using db = new DatabaseSync(path, { timeout: 60_000 })
  db.exec('pragma wal_autocheckpoint = 0; pragma cache_size = -200000; begin immediate')
  const columns = (db.prepare('pragma table_info(deployments)').all() as { name: string }[])
    .map(({ name }) => name)
    .filter((name) => name !== 'id')
    .join(', ')
  const copy = db.prepare(`
    with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ?)
    insert into deployments (${columns})
    select ${columns} from deployments, numbers where deployments.id = ?`)
  for (const [at, first] of firsts.entries()) copy.run((counts[at] ?? 0) - 1, first)
  db.exec('commit; pragma wal_checkpoint(truncate)')
}
