import { describe, expect, it } from 'vitest'
import type { DeploymentStatus } from '../../deployments/model.ts'
import type { Happened, Told } from './model.ts'
import { stepsOf } from './steps.ts'

const octocat = { id: 1, login: 'octocat', type: 'User', site_admin: 0 } as const
const at = (second: number) => new Date(Date.UTC(2026, 0, 31, 12, 0, second)).toISOString()

const deployment: Happened['deployment'] = {
  ...{ id: 7, repository_id: 1, creator_id: 1, app_id: null, creator: octocat, performer: null },
  ...{ ref: 'main', sha: 'a'.repeat(40), task: 'deploy', payload: '{}', description: null },
  ...{ original_environment: 'qa', environment: 'qa', environment_key: 'qa', target: '' },
  ...{ transient_environment: 0, production_environment: 0, state: null, superseded_by: null },
  ...{ created_at: at(0), updated_at: at(0) },
}

const status = (second: number, state: DeploymentStatus['state']): DeploymentStatus => ({
  ...{ id: second, repository_id: 1, deployment_id: 7, creator_id: 1, app_id: null, state },
  ...{ description: '', environment: 'qa', log_url: '', environment_url: '', creator: octocat },
  ...{ performer: null, created_at: at(second), updated_at: at(second) },
})

const told = (second: number, name: string, delivery: Partial<Told> = {}): Told => ({
  ...{ id: second, name, created_at: at(second), delivery_id: null, delivery_state: null },
  ...{ hook_id: null, hook_url: null, hook_repository_id: null, app_name: null },
  ...{ status: null, status_code: null, started_at: null, duration_ms: null },
  ...delivery,
})

const show = (happened: Partial<Happened>) =>
  stepsOf({ deployment, statuses: [], reviews: [], told: [], ...happened }).map(
    ({ from, to, title, isHearsay }) => `${from} ${isHearsay ? '~>' : '->'} ${to}: ${title}`,
  )

describe('the sequence', () => {
  it("is that of GitHub's diagram", () => {
    const statuses = [status(2, 'in_progress'), status(9, 'success')]
    const delivered = { delivery_id: 1, delivery_state: 'delivered' } as const
    expect(show({ statuses, told: [told(1, 'deployment', delivered)] })).toEqual([
      'tooling -> slipway: Create deployment',
      'slipway -> tooling: Deployment created',
      'slipway -> receiver: deployment event',
      'receiver ~> server: Deploys',
      'receiver -> slipway: Deployment status: in_progress',
      'server ~> receiver: Deploy completed',
      'receiver -> slipway: Deployment status: success',
    ])
  })

  it('says of nothing that it was deployed where no status says so', () => {
    expect(show({ statuses: [status(1, 'queued'), status(2, 'error')] }).slice(2)).toEqual([
      'receiver -> slipway: Deployment status: queued',
      'receiver -> slipway: Deployment status: error',
    ])
  })

  it('has what the gates did in the lane of the server that keeps them', () => {
    expect(show({ statuses: [status(1, 'waiting'), status(2, 'queued')] }).slice(2)).toEqual([
      'slipway -> slipway: Deployment status: waiting',
      'slipway -> slipway: Deployment status: queued',
    ])
  })

  it('leaves out events that nobody hears of, but for that of the deployment', () => {
    const events = [told(1, 'deployment'), told(2, 'deployment_status')]
    expect(show({ told: events }).slice(2)).toEqual(['slipway -> receiver: deployment event'])
  })
})
