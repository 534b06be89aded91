import { expect, it, vi } from 'vitest'
import { openStoryPlace } from '../gates/story-place.ts'
import { engines } from '../support/engines.ts'

const soon = { timeout: 30_000, interval: 20 }
/** Programs of other people start in it, on a machine that may be busy. */
const patient = { timeout: 90_000 }

/** Two reviewers, a timer, a branch policy and an App at once; the server restarts in between (design 6). */
it.each(engines)(
  'a deployment waits until every gate has opened, on %s',
  patient,
  async (engine) => {
    const place = await openStoryPlace(engine)
    const { at, gh, heard, protect, deploy, server, repository } = place
    const environmentId = await protect({
      wait_timer: 30,
      prevent_self_review: true,
      reviewers: [place.mona, place.hubot].map(({ id }) => ({ type: 'User', id })),
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
    })
    const production = { ...at, environment_name: 'production' }
    await place.as('octo').repos.createDeploymentBranchPolicy({ ...production, name: 'main' })
    await place.addRule(place.scannerId)
    await server.commit(repository, { branch: 'topic', files: { 'b.txt': 'b' } })
    await expect(deploy('mona', { ref: 'topic' })).rejects.toMatchObject({ status: 422 })

    const { id } = await deploy('mona')
    const asked = ['deployment_protection_rule requested', 'deployment_review requested']
    await vi.waitFor(() => expect(heard).toEqual(expect.arrayContaining(asked)), soon)
    const runs = `api repos/acme/shop/actions/runs/${id}`
    const approval = { environment_ids: [environmentId], state: 'approved', comment: 'Fine' }
    expect(await gh('mona', `${runs}/pending_deployments`, approval)).toMatch('reviews their own')
    expect(await gh('hubot', `${runs}/pending_deployments`, approval)).toMatch(`"id":${id}`)
    await vi.waitFor(() => expect(heard).toContain('deployment_review approved'), soon)

    const after = await place.restart()
    const pending = await gh('mona', `${runs}/pending_deployments --jq .[].environment.name`)
    expect(pending).toBe('production')
    await place.decide('approved', 'No holes')
    await expect(place.decide('approved', 'Again')).rejects.toThrow('has decided')
    const waiting = await after.statuses(id)
    expect(waiting).toEqual([expect.stringMatching(/^waiting: Waits for a review.*; Waits until/)])
    expect(heard).not.toContain('deployment created')

    await place.age(id, 31)
    const done = ['queued: Every gate of the environment has opened', 'success: Deployed']
    await vi.waitFor(async () => {
      expect(await after.statuses(id)).toEqual([...waiting, ...done])
    }, soon)
    expect(await gh('hubot', `api repos/acme/shop/deployments/${id}/statuses --jq .[].state`)).toBe(
      'success\nqueued\nwaiting',
    )
    expect(heard.slice(-2)).toEqual(['deployment_review approved', 'deployment created'])
    expect(heard.filter((event) => event === 'deployment created')).toHaveLength(1)
  },
)
