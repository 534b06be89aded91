import { expect, it, vi } from 'vitest'
import { actsAt, openGatedPlace } from '../gates/gated-place.ts'
import { engines } from '../support/engines.ts'
import { startServer } from '../support/server.ts'

/** Two reviewers, a timer, a branch policy and an App at once; the server restarts in between (design 6). */
it.each(engines)('a deployment waits until every gate has opened, on %s', async (engine) => {
  const place = await openGatedPlace(engine)
  const environmentId = await place.protect({
    wait_timer: 30,
    prevent_self_review: true,
    reviewers: [place.mona, place.hubot].map(({ id }) => ({ type: 'User', id })),
    deployment_branch_policy: { protected_branches: true, custom_branch_policies: false },
  })
  await place.addRule(place.appId)
  const { id } = await place.deploy('mona')
  const [waiting] = await place.statuses(id)
  expect(waiting).toMatch('waiting: Waits for a review by mona or hubot; Waits until')
  const asked = ['deployment_protection_rule requested', 'deployment_review requested']
  await vi.waitFor(async () => expect(await place.events()).toEqual(expect.arrayContaining(asked)))

  const said = { environment_ids: [environmentId], comment: 'Fine' }
  await expect(place.review('mona', id, said)).rejects.toThrow('nobody reviews their own')
  await place.review('hubot', id, said)
  await place.server.stop()

  const { data } = place.server
  const acts = actsAt(await startServer({ settings: { ...place.settings, data } }), place)
  await acts.answer(id, { comment: 'Looking' })
  await acts.answer(id, { state: 'approved', comment: 'Green' })
  expect(await acts.statuses(id)).toEqual([waiting])
  expect(await acts.events()).not.toContain('deployment created')
  acts.pass(31)
  await vi.waitFor(async () => expect(await acts.events()).toContain('deployment created'), 10_000)
  expect(await acts.statuses(id)).toEqual([
    waiting,
    'queued: Every gate of the environment has opened',
  ])
  expect(await acts.events()).toEqual([
    'deployment_status waiting',
    ...asked,
    'deployment_review approved',
    'deployment_status queued',
    'deployment created',
  ])
})
