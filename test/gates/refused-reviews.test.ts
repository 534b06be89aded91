import { expect, it, vi } from 'vitest'
import { installedApp } from '../support/apps.ts'
import { openGatedPlace } from './gated-place.ts'

/** Whose word does not count for a deployment that waits, and why. */

async function openReviewed(settings: object = {}) {
  const place = await openGatedPlace()
  const { data: team } = await place.as('octo').teams.create({ org: 'acme', name: 'web' })
  const member = { org: 'acme', team_slug: 'web', username: 'hubot' }
  await place.as('octo').orgs.setMembershipForUser({ org: 'acme', username: 'hubot' })
  await place.as('octo').teams.addOrUpdateMembershipForUserInOrg(member)
  const at = { org: 'acme', team_slug: 'web', owner: 'acme', repo: 'shop' }
  await place.as('octo').teams.addOrUpdateRepoPermissionsInOrg({ ...at, permission: 'push' })
  const id = await place.protect({
    reviewers: [
      { type: 'User', id: place.mona.id },
      { type: 'Team', id: team.id },
    ],
    ...settings,
  })
  const said = { environment_ids: [id], comment: 'Fine' }
  return { ...place, said, member }
}

it('one’s own, where the environment wants another’s', async () => {
  const { deploy, review, said } = await openReviewed({ prevent_self_review: true })
  const { id } = await deploy('mona')
  await expect(review('mona', id, said)).rejects.toMatchObject({
    status: 403,
    message: expect.stringContaining('nobody reviews their own'),
  })
})

it('of somebody who may not read the repository, or is no reviewer', async () => {
  const { server, deploy, review, said, as, at } = await openReviewed()
  const { id } = await deploy('mona')
  await as('octo').repos.removeCollaborator({ ...at, username: 'mona' })
  await expect(review('mona', id, said)).rejects.toMatchObject({ status: 404 })
  await server.user('guest')
  await as('octo').repos.addCollaborator({ ...at, username: 'guest', permission: 'push' })
  const guest = await server.octokit('guest')
  const path = `POST /repos/acme/shop/actions/runs/${id}/pending_deployments`
  await expect(guest.request(path, { ...said, state: 'approved' })).rejects.toMatchObject({
    status: 403,
    message: expect.stringContaining('guest is not a reviewer of production'),
  })
})

it('of a member who has left the team', async () => {
  const { deploy, review, said, as, member } = await openReviewed()
  const { id } = await deploy('mona')
  await as('octo').teams.removeMembershipForUserInOrg(member)
  await expect(review('hubot', id, said)).rejects.toMatchObject({ status: 403 })
  await as('octo').teams.addOrUpdateMembershipForUserInOrg(member)
  await review('hubot', id, said)
})

it('after a force-push', async () => {
  const { server, repository, deploy, review, said, sha } = await openReviewed()
  await server.commit(repository, { files: { 'a.txt': 'b' } })
  const { id, sha: deployed } = await deploy('octo')
  expect(deployed).not.toBe(sha)
  const git = await server.octokit('octo')
  const main = { owner: 'acme', repo: 'shop', ref: 'heads/main', force: true }
  await git.git.updateRef({ ...main, sha })
  await expect(review('mona', id, said)).rejects.toThrow('no longer leads to the commit')
  await git.git.updateRef({ ...main, sha: deployed })
  await review('mona', id, said)
})

it('twice, after a rejection, and for two environments at once', async () => {
  const { deploy, review, said, as, at } = await openReviewed({ wait_timer: 30 })
  const { id } = await deploy('octo')
  const { data: other } = await as('octo').repos.createOrUpdateEnvironment({
    ...{ ...at, environment_name: 'qa' },
  })
  const both = { ...said, environment_ids: [...said.environment_ids, other.id] }
  await expect(review('mona', id, both)).rejects.toMatchObject({ status: 422 })
  await review('mona', id, said)
  await expect(review('mona', id, said)).rejects.toThrow('has approved this deployment already')
  await review('hubot', id, { ...said, state: 'rejected' })
  await expect(review('mona', id, said)).rejects.toThrow(`Deployment ${id} waits for no review`)
})

it('an App’s for another’s rule, a person’s for an App, and more than ten reports', async () => {
  const { server, deploy, answer, addRule, appId } = await openReviewed()
  await addRule(appId)
  const { id } = await deploy('octo')
  await expect(answer(id, { state: 'approved' }, 'octo')).rejects.toMatchObject({ status: 403 })
  const permissions = { deployments: 'write' } as const
  const forged = await installedApp(server, { slug: 'forger', owner: 'acme', permissions })
  const path = `${server.apiUrl}/repos/acme/shop/actions/runs/${id}/deployment_protection_rule`
  const headers = { authorization: `Bearer ${forged.token}`, 'user-agent': 'test' }
  const body = JSON.stringify({ environment_name: 'production', state: 'approved' })
  expect((await fetch(path, { method: 'POST', headers, body })).status).toBe(403)
  for (let report = 1; report <= 10; report++) await answer(id, { comment: `${report} of 10` })
  await expect(answer(id, { comment: 'One more' })).rejects.toMatchObject({ status: 422 })
  await expect(answer(id, { comment: 'x'.repeat(1025) })).rejects.toMatchObject({ status: 422 })
  const elsewhere = { environment_name: 'qa', state: 'approved' }
  await expect(answer(id, elsewhere)).rejects.toMatchObject({ status: 422 })
  await answer(id, { state: 'rejected', comment: 'Three holes' })
})

it('nobody’s: after thirty days it fails', async () => {
  const { deploy, pass, statuses } = await openReviewed()
  const { id } = await deploy('octo')
  pass(30 * 24 * 60 + 1)
  await vi.waitFor(async () => {
    expect((await statuses(id)).at(-1)).toMatch(/^failure: .*nothing happened for 30 days$/)
  }, 10_000)
})
