import { existsSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createOrganization, createUser } from '../src/accounts/accounts.ts'
import type { Account } from '../src/accounts/model.ts'
import { answerAdmin } from '../src/admin/admin.ts'
import type { App } from '../src/app.ts'
import { createToken } from '../src/auth/tokens.ts'
import { readConfig } from '../src/config.ts'
import { silentLog } from '../src/lib/log.ts'
import { locateRepository } from '../src/repositories/repositories.ts'
import { startServer } from '../src/server/server.ts'
import { query } from '../src/store/query.ts'
import { logins, organization, password, projects } from './seed/catalogue.ts'
import { openChance } from './seed/chance.ts'
import { writeCommits } from './seed/commits.ts'
import { type Place, writeHistory } from './seed/history.ts'
import { pinSome } from './seed/pins.ts'
import { addPrograms } from './seed/programs.ts'
import { type Ask, playToday, startReceivers } from './seed/scene.ts'
import { addValues } from './seed/values.ts'

/**
 * A server with something to look at: twelve repositories, forty environments and two months of
 * deployments, in a new data folder. `sh bin/node scripts/seed.ts FOLDER` leaves it there to be served.
 */

type Seeded = Pick<Awaited<ReturnType<typeof startServer>>, 'app' | 'url'>

const commitsEach = 151
export const deploymentsUsually = 3000
const chanceSeed = 20_260_131

/** Fills a server that is new, and allows hooks on this machine. */
export async function seed(server: Seeded, deployments: number): Promise<void> {
  const { app } = server
  const people = await createPeople(app)
  const ask = askerOf(server, people)
  const places = []
  for (const project of projects) places.push(await createProject(app, ask, project))
  const creators = [...people.values()].map(({ id }) => id)
  const past = { places, count: deployments, creators, chance: openChance(chanceSeed) }
  await writeHistory(app, past)
  await addValues(app, places)
  await pinSome(app)
  await using receivers = await startReceivers()
  await addPrograms(app, ask, receivers)
  await playToday(ask, receivers)
  await untilRefused(app)
}

const refusedWithinMs = 30_000
const lookMs = 20
const brokenHooks = 3

/** The hooks that lead to a broken program have been tried: a repository's, the organization's and the App's. */
async function untilRefused({ store }: App): Promise<void> {
  const deadline = Date.now() + refusedWithinMs
  while (((await store.read.first(refusedHooks, {}))?.count ?? 0) < brokenHooks) {
    if (Date.now() > deadline) throw new Error('No delivery was refused in time')
    await setTimeout(lookMs)
  }
}

const refusedHooks = query((db, _: object) =>
  db
    .selectFrom('attempts')
    .select(({ fn }) => fn.count<number>('hook_id').distinct().as('count'))
    .where('status_code', '>=', 400),
)

async function createPeople(app: App): Promise<Map<string, Account & { readonly token: string }>> {
  const all = new Map<string, Account & { readonly token: string }>()
  for (const login of [logins.owner, ...logins.people, logins.robot]) {
    const site_admin = login === logins.owner
    const account = await createUser(app, { login, site_admin, password_hash: null })
    const request = {
      scopes: ['repo', 'admin:org', 'admin:org_hook'],
      note: 'Deploys from CI',
      expires_at: null,
    }
    const { token } = await createToken(app, account, request)
    all.set(login, { ...account, token: token.reveal() })
  }
  const owner = all.get(logins.owner)
  if (!owner) throw new Error('There is no owner')
  await answerAdmin(app, { kind: 'set_password', login: logins.owner, password })
  await createOrganization(app, organization, owner)
  return all
}

function askerOf({ url }: Seeded, people: ReadonlyMap<string, { readonly token: string }>): Ask {
  return async (login, line, body) => {
    const [method = 'GET', path = ''] = line.split(' ')
    const response = await fetch(new URL(`${url}/api/v3/${path.replace(/^\//, '')}`), {
      method,
      headers: { authorization: `Bearer ${people.get(login)?.token}` },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${line}: ${response.status} ${text}`)
    return text === '' ? { id: 0 } : JSON.parse(text)
  }
}

async function createProject(app: App, ask: Ask, project: Place['project']): Promise<Place> {
  const { name, description } = project
  const request = { name, description, private: true }
  await ask(logins.owner, `POST /orgs/${organization}/repos`, request)
  const at = `/repos/${organization}/${name}`
  for (const login of [...logins.people, logins.robot]) {
    await ask(logins.owner, `PUT ${at}/collaborators/${login}`, { permission: 'push' })
  }
  for (const environment of project.environments) {
    await ask(logins.owner, `PUT ${at}/environments/${environment}`)
  }
  const { repository } = await locateRepository(app.store.read, organization, name)
  const bare = app.git.path(repository.id)
  const first = commitsEach * projects.indexOf(project)
  const commits = writeCommits(bare, { count: commitsEach, first, now: app.now() })
  return { project, repository, commits }
}

async function main(): Promise<void> {
  const { positionals } = parseArgs({ allowPositionals: true })
  const [data] = positionals
  if (!data || existsSync(data)) throw new Error('Name a folder that is not there yet')
  const flags = { data, port: '0', ssh_port: '0', webhook_allow: '127.0.0.0/8' }
  await using server = await startServer(readConfig(flags, {}).config, silentLog)
  await seed(server, deploymentsUsually)
  process.stdout.write(
    `Serve it with: bin/slipway serve --data ${data}\nSign in as ${logins.owner} with the password "${password}".\n`,
  )
}

if (import.meta.main) await main()
