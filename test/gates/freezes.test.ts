import { expect, it, vi } from 'vitest'
import { openOwn } from './own-place.ts'

/** Calendars that say when nothing is deployed, and how many must approve: ours, asked over the wire. */

const hourMs = 3_600_000
const wallIn = (hours: number) => new Date(Date.now() + hours * hourMs).toISOString().slice(0, 16)
const today = (ends: number) => ({ starts_at: wallIn(-1), ends_at: wallIn(ends) })

it('a calendar holds what is deployed while one of its events lasts, and not longer', async () => {
  const { ask, deploy, statuses, events, pass } = await openOwn()
  const windows = [{ summary: 'Christmas', ...today(2) }]
  const { status, body } = await ask('octo', 'PUT production/freezes/holidays', { windows })
  expect({ status, body }).toMatchObject({
    status: 200,
    body: { name: 'holidays', owner: { login: 'octo' }, frozen: true, time_zone: 'UTC' },
  })
  expect(body.windows).toMatchObject([{ summary: 'Christmas' }])
  const { id } = await deploy('hubot')
  expect(await statuses(id)).toEqual([
    expect.stringMatching(/^waiting: Frozen until \S+Z: Christmas$/),
  ])
  pass(121)
  await vi.waitFor(async () => expect(await events()).toContain('deployment created'), 10_000)
  expect((await ask('mona', 'GET production/freezes')).body).toMatchObject([{ frozen: false }])
})

it('what waits goes when the calendar does, and a new one takes the place of the old', async () => {
  const { ask, deploy, events, statuses } = await openOwn()
  const daily = [
    ...['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'SUMMARY:Nights', 'DTSTART;VALUE=DATE:20200101'],
    ...['RRULE:FREQ=DAILY', 'END:VEVENT', 'END:VCALENDAR', ''],
  ].join('\r\n')
  const calendar = { calendar: daily, time_zone: 'Europe/Berlin' }
  await ask('octo', 'PUT production/freezes/nights', { windows: [today(2)] })
  expect((await ask('octo', 'PUT production/freezes/nights', calendar)).body).toMatchObject(
    calendar,
  )
  const { id } = await deploy('mona')
  expect((await statuses(id)).at(-1)).toMatch('Nights')
  expect((await ask('octo', 'DELETE production/freezes/nights')).status).toBe(204)
  await vi.waitFor(async () => expect(await events()).toContain('deployment created'), 10_000)
  expect((await ask('octo', 'DELETE production/freezes/nights')).status).toBe(404)
})

it('a freeze is an administrator’s, and has to be a calendar', async () => {
  const { ask, as, at } = await openOwn()
  await as('octo').repos.createOrUpdateEnvironment({ ...at, environment_name: 'qa/eu' })
  for (const name of ['qa/eu', 'qa%2Feu']) {
    expect((await ask('octo', `GET ${name}/queue`)).body).toEqual({ mode: 'all' })
  }
  const put = 'PUT production/freezes/holidays'
  const windows = [today(2)]
  expect((await ask('mona', put, { windows })).status).toBe(403)
  expect((await ask('octo', 'PUT gone/freezes/holidays', { windows })).status).toBe(404)
  const backwards = { starts_at: wallIn(2), ends_at: wallIn(1) }
  const refused = [
    ...[{}, { calendar: 'hello' }, { windows, calendar: '' }, { windows: [backwards] }],
    ...[{ windows, time_zone: 'Mars/Base' }, { calendar: `BEGIN:VCALENDAR${' '.repeat(300_000)}` }],
  ]
  for (const body of refused) expect((await ask('octo', put, body)).status).toBe(422)
  expect((await ask('octo', 'GET production/freezes')).body).toEqual([])
})

it('as many reviewers must approve as the environment says', async () => {
  const { ask, deploy, protect, review, statuses, mona, hubot } = await openOwn()
  const reviewers = [mona, hubot].map(({ id }) => ({ type: 'User', id }))
  const id = await protect({ reviewers })
  const settings = { required_approvals: 2 }
  expect((await ask('octo', 'PATCH production/settings', settings)).body).toEqual(settings)
  expect((await ask('mona', 'PATCH production/settings', settings)).status).toBe(403)
  for (const required_approvals of [0, 7, '2']) {
    expect((await ask('octo', 'PATCH production/settings', { required_approvals })).status).toBe(
      422,
    )
  }
  const tooMany = await ask('octo', 'PATCH production/settings', { required_approvals: 3 })
  expect(tooMany.body.errors[0].message).toBe(
    'required_approvals cannot be 3: 2 people review what is deployed to production',
  )
  const held = await deploy('octo')
  await review('mona', held.id, { environment_ids: [id] })
  expect(await statuses(held.id)).toEqual(['waiting: Waits for 2 reviews by mona or hubot'])
  await review('hubot', held.id, { environment_ids: [id] })
  expect((await statuses(held.id)).at(-1)).toMatch('queued')
  await protect({ reviewers, wait_timer: 1 })
  expect((await ask('mona', 'GET production/settings')).body).toEqual(settings)
})

it('an administrator breaks the glass of locks and freezes with a reason, and no other rule', async () => {
  const { ask, deploy, protect, review, statuses, mona, events } = await openOwn()
  const id = await protect({ reviewers: [{ type: 'User', id: mona.id }] })
  const held = await deploy('hubot')
  const glass = `POST ../deployments/${held.id}/break-glass`
  const reason = { reason: 'The site is down' }
  expect((await ask('octo', glass, reason)).body.message).toMatch('no lock and no freeze')
  await ask('mona', 'PUT production/lock', { reason: 'Christmas' })
  await ask('octo', 'PUT production/freezes/holidays', { windows: [today(2)] })
  expect((await ask('mona', glass, reason)).status).toBe(403)
  expect((await ask('octo', glass, { reason: ' ' })).status).toBe(422)
  expect(await ask('octo', glass, reason)).toMatchObject({ status: 200, body: { id: held.id } })
  expect(await events()).not.toContain('deployment created')
  await review('mona', held.id, { environment_ids: [id] })
  expect((await statuses(held.id)).at(-1)).toBe('queued: Overruled by octo: The site is down')
  const next = await deploy('hubot')
  expect((await statuses(next.id)).at(-1)).toMatch(/Locked by mona: Christmas; Frozen until/)
})
