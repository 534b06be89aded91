import type { DeploymentStatus } from '../../deployments/model.ts'
import { shortSha } from '../elements/code.ts'
import type { Happened, Step, Told } from './model.ts'

/**
 * GitHub's sequence diagram, filled in: who asked, what the gates said, who was told, what came
 * back, in the order in which it happened.
 */
export function stepsOf(happened: Happened): Step[] {
  const steps = [
    ...creationSteps(happened),
    ...reviewSteps(happened),
    ...statusSteps(happened),
    ...eventSteps(happened),
  ]
  return steps.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
}

const blank = {
  detail: '',
  by: null,
  tone: 'past',
  isHearsay: false,
  logUrl: '',
  receivers: [],
} as const

function creationSteps({ deployment }: Happened): Step[] {
  const { id, ref, sha, environment, creator, performer, created_at: at } = deployment
  const login = creator?.login ?? 'ghost'
  const by = performer ? `${login} with ${performer.name}` : login
  const what = ref === sha ? shortSha(sha) : `${ref} at ${shortSha(sha)}`
  const between = { ...blank, at }
  return [
    {
      ...between,
      from: 'tooling',
      to: 'slipway',
      title: 'Create deployment',
      by,
      detail: `${what} to ${environment}`,
    },
    {
      ...between,
      from: 'slipway',
      to: 'tooling',
      title: 'Deployment created',
      detail: `Number ${id}`,
    },
  ]
}

const words = { approved: 'Approved', rejected: 'Rejected', pending: 'Progress told' }

const reviewSteps = ({ reviews }: Happened): Step[] =>
  reviews.map(({ state, bypass, reviewer, comment, created_at: at }) => ({
    ...{ ...blank, at, by: reviewer.login, detail: comment },
    ...{ from: 'slipway', to: 'slipway', title: bypass === 1 ? 'Gates bypassed' : words[state] },
    tone: state === 'rejected' ? 'bad' : state === 'approved' ? 'good' : 'busy',
  }))

const tones: Readonly<Record<DeploymentStatus['state'], Step['tone']>> = {
  ...{ success: 'good', failure: 'bad', error: 'bad', waiting: 'wait', inactive: 'past' },
  ...{ queued: 'busy', pending: 'busy', in_progress: 'busy' },
}

function statusSteps({ statuses, deployment }: Happened): Step[] {
  return statuses.flatMap((status, position) => {
    const before = statuses[position - 1]
    const isOwn =
      isGates(status, before) || (status.state === 'inactive' && deployment.superseded_by !== null)
    const step = statusStep(status, isOwn)
    if (isOwn) return [step]
    return [...deployStep(status, statuses.slice(0, position)), step]
  })
}

/** What the server itself says of a deployment that waits, and of one that has waited. */
const isGates = ({ state }: DeploymentStatus, before: DeploymentStatus | undefined) =>
  state === 'waiting' || before?.state === 'waiting'

const statusStep = (status: DeploymentStatus, isOwn: boolean): Step => ({
  ...{ ...blank, at: status.created_at, tone: tones[status.state] },
  ...{ from: isOwn ? 'slipway' : 'receiver', to: 'slipway' },
  title: `Deployment status: ${status.state}`,
  detail: status.description,
  by: status.creator?.login ?? 'ghost',
  logUrl: status.log_url,
})

const isEnd = ({ state }: DeploymentStatus) =>
  state === 'success' || state === 'failure' || state === 'error'

/** The server is never seen from here: that something was done there is what a status says. */
function deployStep(status: DeploymentStatus, before: readonly DeploymentStatus[]): Step[] {
  const hasBegun = before.some(({ state }) => state === 'in_progress')
  const hearsay = { ...blank, at: status.created_at, isHearsay: true }
  if (status.state === 'in_progress' && !hasBegun) {
    return [
      { ...hearsay, from: 'receiver', to: 'server', title: 'Deploys', detail: status.environment },
    ]
  }
  if (!isEnd(status) || !hasBegun || before.some(isEnd)) return []
  const title = status.state === 'success' ? 'Deploy completed' : 'Deploy failed'
  return [{ ...hearsay, from: 'server', to: 'receiver', title, tone: tones[status.state] }]
}

function eventSteps({ told }: Happened): Step[] {
  const byEvent = Map.groupBy(told, ({ id }) => id)
  return [...byEvent.values()].flatMap((same) => {
    const [event] = same
    if (!event) return []
    const receivers = same.filter(({ delivery_id }) => delivery_id !== null)
    // Only of the deployment itself it matters that nobody heard.
    if (receivers.length === 0 && event.name !== 'deployment') return []
    const detail = receivers.length === 0 ? 'No webhook listens' : ''
    const between = { ...blank, from: 'slipway', to: 'receiver' } as const
    const tone = toneOf(receivers)
    return [
      { ...between, title: `${event.name} event`, detail, at: event.created_at, tone, receivers },
    ]
  })
}

function toneOf(receivers: readonly Told[]): Step['tone'] {
  if (
    receivers.some(
      ({ delivery_state }) => delivery_state === 'pending' || delivery_state === 'held',
    )
  ) {
    return 'busy'
  }
  const isAllWell = receivers.every(({ delivery_state }) => delivery_state === 'delivered')
  if (receivers.length === 0) return 'past'
  return isAllWell ? 'good' : 'bad'
}
