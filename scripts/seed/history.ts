import type { App } from '../../src/app.ts'
import type { Repository } from '../../src/repositories/model.ts'
import type { Tx } from '../../src/store/engine.ts'
import { columns, query } from '../../src/store/query.ts'
import { failures, type Project } from './catalogue.ts'
import type { Chance } from './chance.ts'
import type { Commit } from './commits.ts'

export type Place = {
  readonly project: Project
  readonly repository: Repository
  readonly commits: readonly Commit[]
}

type Plan = {
  readonly place: Place
  readonly environment: string
  readonly at: Date
}

type Past = {
  readonly places: readonly Place[]
  readonly count: number
  /** Whoever deployed: account ids. */
  readonly creators: readonly number[]
  readonly chance: Chance
}

const dayMs = 24 * 60 * 60 * 1000
const historyDays = 55
const rowsPerTransaction = 200

/** Two months of deployments, written as rows: by the API they would all be of today. */
export async function writeHistory(app: Pick<App, 'store' | 'now'>, past: Past): Promise<void> {
  const live = new Map<string, number>()
  const plans = planOf(past, app.now())
  for (let from = 0; from < plans.length; from += rowsPerTransaction) {
    const part = plans.slice(from, from + rowsPerTransaction)
    await app.store.transaction(async (tx) => {
      for (const plan of part) await writeDeployment(tx, plan, { ...past, live })
    })
  }
}

/** Each environment has one at least; the oldest first, as ids go. */
function planOf({ places, count, chance }: Past, now: Date): Plan[] {
  const homes = places.flatMap((place) =>
    place.project.environments.map((environment) => ({ place, environment })),
  )
  const weighted = homes.flatMap(
    (home) => Array(home.place.project.weight).fill(home) as typeof homes,
  )
  const chosen = [
    ...homes,
    ...Array.from({ length: Math.max(count - homes.length, 0) }, () => chance.of(weighted)),
  ]
  const plans = chosen.map((home) => ({ ...home, at: aMoment(chance, now) }))
  return plans.sort((a, b) => a.at.getTime() - b.at.getTime())
}

/** More often by day than by night. */
function aMoment(chance: Chance, now: Date): Date {
  const at = new Date(now.getTime() - (chance.next() * historyDays + 1 / 24) * dayMs)
  if (chance.next() < 0.8) at.setUTCHours(8 + chance.below(10))
  return at > now ? new Date(at.getTime() - dayMs) : at
}

type Writing = Past & { readonly live: Map<string, number> }

async function writeDeployment(tx: Tx, plan: Plan, writing: Writing): Promise<void> {
  const { place, environment, at } = plan
  const { chance, live, creators } = writing
  const task = taskOf(environment, chance)
  const newest = place.commits.findLastIndex((one) => one.at <= at)
  const commit = place.commits[Math.max(task === 'rollback' ? newest - 1 : newest, 0)]
  if (!commit) throw new Error(`${place.project.name} has no commit`)
  const outcome = outcomeOf(chance)
  const endedAt = new Date(at.getTime() + (30 + chance.below(400)) * 1000)
  const times = { created_at: at.toISOString(), updated_at: endedAt.toISOString() }
  const about = {
    repository_id: place.repository.id,
    environment,
    creator_id: chance.of(creators),
    ...times,
  }
  const row = await tx.first(insertDeployment, {
    ...about,
    ref: commit.tag ?? (environment === 'preview' ? `feature-${chance.below(90)}` : 'main'),
    sha: commit.sha,
    task,
    state: outcome.state,
    transient: environment === 'preview' ? 1 : 0,
    production: environment === 'production' ? 1 : 0,
    description: `Deploy ${place.project.name} to ${environment}`,
  })
  if (!row) throw new Error('The deployment was not returned')
  const deployment_id = row.id
  const say = (state: State, when: string, description: string) =>
    tx.all(insertStatus, {
      ...{ ...about, deployment_id, state, description, created_at: when, updated_at: when },
      log_url: `https://ci.example.com/${place.project.name}/runs/${deployment_id}`,
      environment_url: state === 'success' ? urlOf(place.project, environment) : '',
    })
  await say('in_progress', times.created_at, 'Building and copying')
  await say(outcome.state, times.updated_at, outcome.words)
  if (outcome.state !== 'success') return
  const key = `${place.repository.id} ${environment}`
  const before = live.get(key)
  live.set(key, deployment_id)
  if (before === undefined) return
  await tx.all(retire, { id: before, updated_at: times.updated_at })
  await tx.all(insertStatus, {
    ...{ ...about, deployment_id: before, state: 'inactive', description: '' },
    ...{ created_at: times.updated_at, log_url: '', environment_url: '' },
  })
}

/** Now and then something is put right: that is what the metrics of failures count. */
function taskOf(environment: string, chance: Chance): string {
  const luck = chance.next()
  if (environment === 'preview' || luck >= 0.07) return 'deploy'
  return luck < 0.04 ? 'rollback' : 'hotfix'
}

type State = 'in_progress' | 'success' | 'failure' | 'error' | 'inactive'

function outcomeOf(chance: Chance): { readonly state: State; readonly words: string } {
  const luck = chance.next()
  if (luck < 0.9) return { state: 'success', words: 'Serving' }
  return { state: luck < 0.97 ? 'failure' : 'error', words: chance.of(failures) }
}

export const urlOf = ({ name }: Project, environment: string): string =>
  `https://${environment === 'production' ? name : `${name}.${environment}`}.example.com`

type Row = {
  readonly repository_id: number
  readonly environment: string
  readonly creator_id: number
  readonly description: string
  readonly state: State
  readonly created_at: string
  readonly updated_at: string
}

const insertDeployment = query(
  (
    db,
    p: Row & {
      readonly ref: string
      readonly sha: string
      readonly task: string
      readonly transient: 0 | 1
      readonly production: 0 | 1
    },
  ) =>
    db
      .insertInto('deployments')
      .values({
        ...columns(p, ['repository_id', 'creator_id', 'ref', 'sha', 'environment', 'description']),
        ...columns(p, ['task', 'state', 'created_at', 'updated_at']),
        original_environment: p.environment,
        environment_key: p.environment,
        transient_environment: p.transient,
        production_environment: p.production,
        payload: '{}',
      })
      .returning('id'),
)

const insertStatus = query(
  (
    db,
    p: Row & {
      readonly deployment_id: number
      readonly log_url: string
      readonly environment_url: string
    },
  ) =>
    db
      .insertInto('deployment_statuses')
      .values(
        columns(p, [
          'repository_id',
          'deployment_id',
          'creator_id',
          'state',
          'description',
          'environment',
          'log_url',
          'environment_url',
          'created_at',
          'updated_at',
        ]),
      ),
)

const retire = query((db, p: { id: number; updated_at: string }) =>
  db
    .updateTable('deployments')
    .set({ state: 'inactive', updated_at: p.updated_at })
    .where('id', '=', p.id),
)
