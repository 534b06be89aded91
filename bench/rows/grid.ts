import { join } from 'node:path'
import { logins, organization } from '../../scripts/seed/catalogue.ts'
import { deploymentsUsually, seed } from '../../scripts/seed.ts'
import { findAccount } from '../../src/accounts/accounts.ts'
import { readConfig } from '../../src/config.ts'
import { silentLog } from '../../src/lib/log.ts'
import { startServer } from '../../src/server/server.ts'
import { startSession } from '../../src/sessions/sessions.ts'
import { atMost, compared, type Row } from '../finding.ts'
import { reading } from '../installation.ts'
import { type Endpoint, interleave, openLoad } from '../measure.ts'
import { startSlipway } from '../peers.ts'

const warmMs = 1500

/** The page that says what runs where, beside one list of deployments of one repository. */
export const grid: Row = {
  name: 'grid',
  async measure({ folder, rounds, ms }) {
    const key = await fill(join(folder, 'slipway'))
    await using slipway = await startSlipway(folder, { tokens: 1, isFilled: true })
    using api = await openLoad(slipway)
    using pages = await openLoad({ ...slipway, apiUrl: new URL('/', slipway.apiUrl).href })
    const list = reading(`/repos/${organization}/storefront/deployments`)
    const page: Endpoint = { ...reading('/'), cookie: `slipway=${key}` }
    if (!(await pages.ask(page)).includes('</html>')) throw new Error('The page is none')
    await api.rateOf(list, warmMs)
    await pages.rateOf(page, warmMs)
    const rateOf = (load: typeof api, one: Endpoint) => () => load.rateOf(one, ms)
    const [ours, theirs] = await interleave(rounds, rateOf(pages, page), rateOf(api, list))
    const times = [ours, theirs].map((all) => all.map(({ perSecond }) => 1000 / perSecond))
    const costs = [ours, theirs].map((all) => all.map(({ cpuMicroseconds }) => cpuMicroseconds))
    const what = `the grid: 12 repositories, ${deploymentsUsually.toLocaleString('en')} deployments`
    const against = 'GET deployments, 30 of them'
    return [
      compared({ what, unit: 'ms of the server', against, bar: atMost(3) }, times),
      // A busy machine changes times far more than this.
      compared({ what: `${what}: processor time`, unit: 'µs', against }, costs),
    ]
  },
}

/** Gives the cookie of somebody who is signed in. */
async function fill(data: string): Promise<string> {
  const flags = { data, port: '0', ssh_port: '0', webhook_allow: '127.0.0.0/8' }
  await using server = await startServer(readConfig(flags, {}).config, silentLog)
  await seed(server, deploymentsUsually)
  const account = await findAccount(server.app.store.read, logins.owner)
  const from = { address: '127.0.0.1', user_agent: 'bench' }
  return (await startSession(server.app, account, from)).reveal()
}
