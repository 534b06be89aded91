import { simpleUser } from '../accounts/payload.ts'
import { requireUser } from '../auth/auth.ts'
import type { Route } from '../auth/route.ts'
import { type Answer, noContent, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { invalidField, notFound } from '../lib/problem.ts'
import { toSecond } from '../lib/time.ts'
import type { Urls } from '../lib/urls.ts'
import { type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { listFreezes, type Place, removeFreeze, type SetFreeze, setFreeze } from './freezes.ts'
import { freezeName, newFreeze, type Window } from './model.ts'

const docs = 'https://docs.github.com/rest/deployments/environments'
const reading = { access: 'environments:read', docs } as const
const writing = { access: 'environments:write', docs } as const
const all = '/environments/:environment_name/freezes'
const one = `${all}/:freeze_name`

/** What GitHub does not have: calendars that say when nothing is deployed. */
export const freezeRoutes: readonly Route[] = [
  ...repositoryRoute('GET', all, reading, list),
  ...repositoryRoute('PUT', one, writing, put),
  ...repositoryRoute('DELETE', one, writing, remove),
]

const placeOf = ({ repository, params }: RepositoryCall): Place => ({
  repositoryId: repository.id,
  environmentName: params['environment_name'] ?? '',
})

async function list(call: RepositoryCall): Promise<Answer> {
  const { app, urls } = call
  const freezes = await listFreezes(app, app.store.read, placeOf(call))
  return ok(freezes.map((freeze) => freezePayload(freeze, urls, app.now())))
}

async function put(call: RepositoryCall): Promise<Answer> {
  const { app, body, urls } = call
  const { account } = requireUser(call.actor)
  const name = parseName(call.params['freeze_name'])
  const request = parseBody(body, newFreeze, 'Freeze')
  await setFreeze(app, { ...placeOf(call), name }, account, request)
  const freezes = await listFreezes(app, app.store.read, placeOf(call))
  const made = freezes.find((freeze) => freeze.name === name)
  if (!made) throw notFound()
  return ok(freezePayload(made, urls, app.now()))
}

function parseName(text: string | undefined): string {
  const parsed = freezeName.safeParse(text)
  if (parsed.success) return parsed.data
  const message = `name ${parsed.error.issues[0]?.message}`
  throw invalidField({ resource: 'Freeze', field: 'name', code: 'custom', message })
}

async function remove(call: RepositoryCall): Promise<Answer> {
  await removeFreeze(call.app, { ...placeOf(call), name: call.params['freeze_name'] ?? '' })
  return noContent
}

/** Enough to see whether a calendar says what it was meant to. */
const windowsShown = 10

function freezePayload(freeze: SetFreeze, urls: Urls, now: Date) {
  const { name, calendar, time_zone, created_at, windows, ...of } = freeze
  const { account_id: id, login, type, site_admin } = of
  const isThere = id !== null && login !== null && type !== null && site_admin !== null
  return {
    ...{ name, calendar, time_zone },
    owner: isThere ? simpleUser({ id, login, type, site_admin }, urls) : null,
    created_at: toSecond(created_at),
    frozen: windows.some(({ startsAt }) => startsAt <= now),
    windows: windows.slice(0, windowsShown).map(windowPayload),
  }
}

const windowPayload = ({ summary, startsAt, endsAt }: Window) => ({
  summary,
  starts_at: toSecond(startsAt.toISOString()),
  ends_at: toSecond(endsAt.toISOString()),
})
