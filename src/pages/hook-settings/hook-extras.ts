import { editFilter } from '../../hooks/hook-filters/hook-filters.ts'
import { filterEdit } from '../../hooks/hook-filters/model.ts'
import { editOptions, rotateSecret } from '../../hooks/hook-options/hook-options.ts'
import { type OptionsEdit, optionsEdit, secretRotation } from '../../hooks/hook-options/model.ts'
import type { Hook } from '../../hooks/model.ts'
import { parseBody } from '../../http/body.ts'
import { callOf } from '../dashboard/dashboard.ts'
import { answerForm } from '../dashboard/form.ts'
import type { HookVisit } from '../hook-places/model.ts'
import type { WebAnswer } from '../web/route.ts'
import { hookPage } from './edit-hook.ts'
import { filterBodyOf } from './parse-hook-form.ts'

/** What goes well leads back to the settings, where it shows. */
async function change(visit: HookVisit, act: (hook: Hook) => Promise<unknown>): Promise<WebAnswer> {
  const hook = await visit.find()
  return await answerForm(
    async () => {
      await act(hook)
      return visit.pathsOf(hook).settings
    },
    (refusal) => hookPage(visit, hook, { refusal }),
  )
}

export const saveFilter = (visit: HookVisit): Promise<WebAnswer> =>
  change(visit, async ({ id }) => {
    const { body } = callOf(visit, { body: filterBodyOf(visit) })
    await editFilter(visit.app, visit.holder, id, parseBody(body, filterEdit, 'Hook'))
  })

export const saveOptions = (visit: HookVisit): Promise<WebAnswer> =>
  change(visit, async ({ id }) => {
    const { body } = callOf(visit, { body: optionsOf(visit.form) })
    await editOptions(visit.app, visit.holder, id, parseBody(body, optionsEdit, 'Hook'))
  })

/** A certificate that stays comes back without its key, which is never shown; an emptied one goes, key and all. */
function optionsOf(form: HookVisit['form']): OptionsEdit {
  const { client_certificate = '', client_key = '' } = form
  const others = {
    standard_webhooks: form['standard_webhooks'] === '1',
    timeout_seconds: numberIn(form['timeout_seconds']),
    rate_per_second: numberIn(form['rate_per_second']),
  }
  if (client_certificate.trim() === '')
    return { ...others, client_certificate: null, client_key: null }
  if (client_key.trim() === '') return others
  return { ...others, client_certificate, client_key }
}

const numberIn = (text = '') => (text.trim() === '' ? null : Number(text))

export const changeSecret = (visit: HookVisit): Promise<WebAnswer> =>
  change(visit, async ({ id }) => {
    const { secret = '', grace_hours = '24' } = visit.form
    const { body } = callOf(visit, { body: { secret, grace_hours: Number(grace_hours) } })
    await rotateSecret(visit.app, visit.holder, id, parseBody(body, secretRotation, 'Hook'))
  })
