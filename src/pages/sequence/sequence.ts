import { html } from 'ghtml'
import { orderingKeyOf } from '../../deployments/find-deployment.ts'
import type { Deployment } from '../../deployments/model.ts'
import type { Db } from '../../store/engine.ts'
import { outward, theirs } from '../elements/code.ts'
import { exactly, lasting } from '../elements/when.ts'
import type { Happened, Party, Step, Told } from './model.ts'
import { toldOf } from './queries.ts'
import { stepsOf } from './steps.ts'

const parties: Readonly<Record<Party, string>> = {
  tooling: 'Tooling',
  slipway: 'Slipway',
  receiver: '3rd party',
  server: 'Your server',
}

type Frame = {
  readonly base: string
  /** An address of a hook may be a secret: it is shown to those who may read hooks. */
  readonly maySeeHooks: boolean
}

/** What was told of a deployment, and to whom. */
export const findTold = (
  db: Db,
  { id, repository_id }: Pick<Deployment, 'id' | 'repository_id'>,
): Promise<Told[]> => db.all(toldOf, { repository_id, ordering_key: orderingKeyOf(id) })

/** What happened, as a list that is read in order, and that looks like GitHub's diagram where there is room. */
export function sequenceList(happened: Happened, frame: Frame): string {
  const steps = stepsOf(happened)
  const lanes = Object.values(parties).map((name) => html`<span>${name}</span>`)
  return html`<div class="lanes" aria-hidden="true">!${lanes.join('')}</div>
<ol class="sequence">!${steps.map((step) => line(step, steps[0]?.at ?? '', frame)).join('')}</ol>`
}

function line(step: Step, start: string, frame: Frame): string {
  const { from, to, title, detail, by, at, tone, isHearsay, logUrl } = step
  const way = from === to ? parties[from] : `${parties[from]} → ${parties[to]}`
  const more = [
    detail === '' ? '' : theirs(detail),
    html`${by === null ? '' : `${by}, `}!${sinceStart(at, start)}!${logUrl === '' ? '' : html` · !${outward(logUrl, 'Log')}`}`,
    ...step.receivers.map((told) => receiver(told, frame)),
  ]
  return html`<li><div class="${classOf(step)}!${isHearsay ? ' hearsay' : ''}"><span class="way">${way}: </span><strong class="state ${tone}">${title}</strong><div class="arrow"></div><div class="muted">!${more.filter(Boolean).join('<br>')}</div></div></li>`
}

/** How long after the deployment was asked for; exactly when on pointing at it. */
const sinceStart = (at: string, start: string) =>
  html`<time datetime="${at}" title="${at}">${at === start ? exactly(at) : `+${lasting(Date.parse(at) - Date.parse(start))}`}</time>`

/** Between which lines it runs, and whether back. */
function classOf({ from, to }: Step): string {
  const order = Object.keys(parties)
  const [a, b] = [order.indexOf(from), order.indexOf(to)]
  if (a === b) return 'own'
  return a < b ? `from-${a}` : `from-${b} back`
}

function receiver(told: Told, { base, maySeeHooks }: Frame): string {
  const { hook_id, hook_url, hook_repository_id, app_name } = told
  const host = hook_url !== null && URL.canParse(hook_url) ? new URL(hook_url).host : ''
  const name = app_name ?? (maySeeHooks && host ? host : 'a webhook')
  const shown =
    maySeeHooks && hook_repository_id !== null
      ? html`<a href="${base}/settings/hooks/${hook_id}">!${theirs(name)}</a>`
      : theirs(name)
  return html`<span>!${shown}: ${outcomeOf(told)}</span>`
}

function outcomeOf({ delivery_state, status_code, status, duration_ms }: Told): string {
  if (status_code === null)
    return delivery_state === 'held' ? 'waits for an earlier one' : (delivery_state ?? '')
  const answer = status_code === 0 ? (status ?? '') : `${status_code}`
  const took = `${duration_ms ?? 0} ms`
  return delivery_state === 'pending'
    ? `${answer} in ${took}, to be tried again`
    : `${answer} in ${took}`
}
