import { expect, it, vi } from 'vitest'
import { suspendInstallation } from '../../src/installations/installations.ts'
import { query } from '../../src/store/query.ts'
import { openGatedPlace } from './gated-place.ts'

/** What becomes of a deployment whose environment has rules, asked over the wire (design 6). */

const reviewedBy = (...people: readonly { id: number }[]) => ({
  reviewers: people.map(({ id }) => ({ type: 'User', id })),
})

it('a reviewer releases it, or ends it with the reason', async () => {
  const { protect, deploy, review, statuses, mona, events } = await openGatedPlace()
  const id = await protect(reviewedBy(mona))
  const said = { environment_ids: [id] }
  const released = await deploy('octo')
  expect((await review('mona', released.id, said)).data).toMatchObject([{ id: released.id }])
  const ended = await deploy('octo')
  await review('mona', ended.id, { ...said, state: 'rejected', comment: 'Not on a Friday' })
  expect(await statuses(ended.id)).toEqual([
    'waiting: Waits for a review by mona',
    'failure: Rejected by mona: Not on a Friday',
  ])
  const told = (await events()).filter((event) => event === 'deployment created')
  expect(told).toHaveLength(1)
})

it('an administrator passes its gates with a reason, if the environment lets them', async () => {
  const { protect, deploy, review, statuses, mona } = await openGatedPlace()
  const id = await protect({ ...reviewedBy(mona), wait_timer: 30 })
  const held = await deploy('hubot')
  const said = { environment_ids: [id] }
  await expect(review('octo', held.id, said)).rejects.toThrow('takes a comment')
  await review('octo', held.id, { ...said, comment: 'It burns' })
  expect((await statuses(held.id)).at(-1)).toMatch('queued')
  await protect({ ...reviewedBy(mona), can_admins_bypass: false })
  const again = await deploy('hubot')
  const refused = review('octo', again.id, { ...said, comment: 'It burns' })
  await expect(refused).rejects.toThrow('octo is not a reviewer of production')
})

it('a ref that may not go there is refused at once, and nothing is written', async () => {
  const { protect, deploy, as, at, server, repository, sha, events } = await openGatedPlace()
  const custom = { protected_branches: false, custom_branch_policies: true }
  await protect({ deployment_branch_policy: custom })
  const production = { ...at, environment_name: 'production' }
  await as('octo').repos.createDeploymentBranchPolicy({ ...production, name: 'main' })
  await server.commit(repository, { branch: 'topic', files: { 'b.txt': 'b' } })
  for (const ref of ['topic', sha]) {
    await expect(deploy('mona', { ref })).rejects.toMatchObject({
      status: 422,
      response: {
        data: {
          message: 'Validation Failed',
          errors: [{ field: 'ref', message: `${ref} may not be deployed to production` }],
        },
      },
    })
  }
  expect(await events()).toEqual([])
  await deploy('mona', { ref: 'main' })
  expect(await events()).toEqual(['deployment created'])
})

it('a change of rules voids what was approved, and says so', async () => {
  const { protect, deploy, review, statuses, as, at, mona, hubot, appId, addRule } =
    await openGatedPlace()
  const id = await protect(reviewedBy(mona))
  await addRule(appId)
  const held = await deploy('octo')
  await review('mona', held.id, { environment_ids: [id], comment: 'Fine' })
  await protect(reviewedBy(mona, hubot))
  await vi.waitFor(async () => {
    expect((await statuses(held.id)).at(-1)).toMatch('what was approved before does not count')
  }, 10_000)
  const approvals = () =>
    as('octo').request('GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals', {
      ...{ ...at, run_id: held.id },
    })
  expect((await approvals()).data).toMatchObject([{ state: 'pending', comment: 'Fine' }])
  await review('mona', held.id, { environment_ids: [id], comment: 'Still fine' })
  expect((await approvals()).data).toMatchObject([{ state: 'pending' }, { state: 'approved' }])
})

it('it goes when its rules do, and fails with its environment', async () => {
  const { protect, deploy, statuses, as, at, mona } = await openGatedPlace()
  await protect(reviewedBy(mona))
  const [freed, lost] = [await deploy(), await deploy('mona', { environment: 'PRODUCTION' })]
  await protect({})
  await vi.waitFor(async () => {
    expect((await statuses(freed.id)).at(-1)).toMatch('queued')
    expect((await statuses(lost.id)).at(-1)).toMatch('queued')
  }, 10_000)
  await protect(reviewedBy(mona))
  const held = await deploy()
  await as('octo').repos.deleteAnEnvironment({ ...at, environment_name: 'production' })
  await vi.waitFor(async () => {
    expect((await statuses(held.id)).at(-1)).toBe('failure: production was deleted')
  }, 10_000)
})

it('it fails and says so when the App that is to decide is suspended', async () => {
  const { server, protect, deploy, statuses, octo, addRule, appId, installation } =
    await openGatedPlace()
  await protect({})
  await addRule(appId)
  const held = await deploy()
  expect(await statuses(held.id)).toEqual(['waiting: Waits for the App gatekeeper'])
  await suspendInstallation(server.app, installation, octo)
  await vi.waitFor(async () => {
    expect((await statuses(held.id)).at(-1)).toMatch('failure: The App gatekeeper cannot decide')
  }, 10_000)
})

it('no status is a way past its gates, and giving up is no matter of theirs', async () => {
  const { protect, deploy, as, at, mona, statuses } = await openGatedPlace()
  await protect(reviewedBy(mona))
  const { id: deployment_id } = await deploy()
  const report = (state: 'success' | 'error') =>
    as('mona').repos.createDeploymentStatus({ ...at, deployment_id, state })
  await expect(report('success')).rejects.toThrow('waits for the gates of production')
  await report('error')
  expect((await statuses(deployment_id)).at(-1)).toMatch('error')
  const pending = await as('mona').request(
    'GET /repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments',
    { ...at, run_id: deployment_id },
  )
  expect(pending.data).toEqual([])
})

it('an environment without rules is as if there were no gates, to the byte', async () => {
  const { server, repository, protect, deploy, mona, statuses } = await openGatedPlace()
  const asked = { environment: 'plain' }
  const before = await deploy('mona', asked)
  await protect(reviewedBy(mona))
  await deploy('mona')
  const after = await deploy('mona', asked)
  expect(plainly(JSON.stringify(after), after)).toBe(plainly(JSON.stringify(before), before))
  const [first, second] = await server.app.store.read.all(told, { repository_id: repository.id })
  expect(plainly(textOf(second), after)).toBe(plainly(textOf(first), before))
  expect(textOf(first)).toContain('"workflow_run":null')
  expect([await statuses(before.id), await statuses(after.id)]).toEqual([[], []])
})

const told = query((db, p: { repository_id: number }) =>
  db
    .selectFrom('events')
    .select('payload')
    .where('repository_id', '=', p.repository_id)
    .where('name', '=', 'deployment')
    .orderBy('id'),
)

const textOf = (event: { payload: Uint8Array } | undefined) =>
  Buffer.from(event?.payload ?? '').toString('utf8')

/** Without what differs from one deployment to the next: its id and its times. */
const plainly = (text: string, { id, node_id }: { id: number; node_id: string }) =>
  text
    .replaceAll(node_id, 'NODE')
    .replaceAll(`/deployments/${id}`, '/deployments/ID')
    .replaceAll(`"id":${id},"node_id":"NODE"`, '"id":ID,"node_id":"NODE"')
    .replaceAll(/"\d{4}-\d\d-\d\dT[\d:]+Z"/g, '"TIME"')
