import type { App } from '../../app.ts'
import { redeliver } from '../../delivery/deliveries/deliveries.ts'
import type { Hook } from '../../hooks/model.ts'
import { redeliveryRequest } from '../../hooks/replay/model.ts'
import { redeliverSelected } from '../../hooks/replay/replay.ts'
import { parseBody } from '../../http/body.ts'
import { Problem } from '../../lib/problem.ts'
import { idIn } from '../../repositories/repositories.ts'
import { callOf } from '../dashboard/dashboard.ts'
import { answerForm } from '../dashboard/form.ts'
import type { HookVisit } from '../hook-places/model.ts'
import type { Page, WebAnswer } from '../web/route.ts'
import { deliveryListPage } from './delivery-list.ts'
import { deliveryPage, findVisitedAttempt } from './delivery-page.ts'
import { deliveryOfHook } from './queries.ts'
import type { Chosen } from './redelivery-form.ts'

export async function redeliverOne(visit: HookVisit): Promise<WebAnswer> {
  const hook = await visit.find()
  const { delivery_id } = await findVisitedAttempt(visit, hook.id)
  return await answerForm(
    async () => {
      await redeliver(visit.app, { id: delivery_id, hook_id: hook.id })
      return visit.pathsOf(hook).deliveries
    },
    (refusal) => deliveryPage(visit, refusal),
  )
}

/** Those that were ticked, or all that a choice is of, which is counted first. */
export async function redeliverMany(visit: HookVisit): Promise<WebAnswer> {
  const hook = await visit.find()
  return await answerForm(
    () => redeliverWhat(visit, hook),
    (refusal) => deliveryListPage(visit, { refusal }),
  )
}

async function redeliverWhat(visit: HookVisit, hook: Hook): Promise<string | Page> {
  const { app, form, formLists } = visit
  const { id } = hook
  const chosen = chosenIn(form)
  switch (form['what']) {
    case 'count': {
      const { matched } = await redeliverSelected(app, id, requestOf(visit, chosen, true))
      return await deliveryListPage(visit, { counted: { matched, chosen } })
    }
    case 'send':
      await redeliverSelected(app, id, requestOf(visit, chosen, false))
      break
    default:
      await redeliverTicked(app, id, formLists['delivery'] ?? [])
  }
  return visit.pathsOf(hook).deliveries
}

/** As many as a page shows. */
const tickedMax = 30

/** What is not this hook's is passed over. */
async function redeliverTicked(app: App, hook_id: number, ids: readonly string[]): Promise<void> {
  if (ids.length === 0)
    throw new Problem('invalid', 'Tick the deliveries that are to be sent again')
  for (const id of new Set(ids.slice(0, tickedMax))) {
    const delivery = await app.store.read.first(deliveryOfHook, { hook_id, id: idIn(id) })
    if (delivery) await redeliver(app, { ...delivery, hook_id })
  }
}

const chosenIn = ({ hours = '24', states = 'failed', events = '' }: HookVisit['form']) => ({
  hours: /^\d{1,4}$/.test(hours) ? hours : '24',
  states,
  events,
})

const hourMs = 3_600_000

function requestOf(visit: HookVisit, { hours, states, events }: Chosen, dry_run: boolean) {
  const since = new Date(visit.app.now().getTime() - Number(hours) * hourMs).toISOString()
  const body = {
    since,
    events: events.split(/[\s,]+/).filter((name) => name !== ''),
    ...(states === 'all' && { states: ['delivered', 'exhausted', 'expired'] }),
    dry_run,
  }
  return parseBody(callOf(visit, { body }).body, redeliveryRequest, 'Hook')
}
