import type { RestEndpointMethodTypes } from '@octokit/rest'
import { describe, expect, it } from 'vitest'
import { createOrganization } from '../../src/accounts/accounts.ts'
import { installedApp } from '../support/apps.ts'
import { refusalOf } from '../support/refusal.ts'
import { startServer } from '../support/server.ts'

/** https://docs.github.com/rest/deployments/environments#create-or-update-an-environment */

const at = { owner: 'octo', repo: 'hello' }
const named = { ...at, environment_name: 'qa' }

type Put = RestEndpointMethodTypes['repos']['createOrUpdateEnvironment']['parameters']
type Settings = Omit<Put, 'owner' | 'repo' | 'environment_name'> & { can_admins_bypass?: boolean }

async function open() {
  const server = await startServer()
  const octo = await server.user('octo')
  const mona = await server.user('mona')
  const repository = await server.repository('octo', 'hello', { private: true })
  const octokit = await server.octokit('octo')
  await octokit.repos.addCollaborator({ ...at, username: 'mona', permission: 'pull' })
  const put = async (settings: Settings) =>
    (await octokit.repos.createOrUpdateEnvironment({ ...named, ...settings })).data
  const get = async () => (await octokit.repos.getEnvironment(named)).data
  const refused = async (settings: object) =>
    await refusalOf(octokit.request('PUT /repos/octo/hello/environments/qa', { ...settings }))
  return { server, repository, octokit, octo, mona, put, get, refused }
}

const protectedBranches = { protected_branches: true, custom_branch_policies: false }
const customBranches = { protected_branches: false, custom_branch_policies: true }

describe('the rules of an environment', () => {
  it('are shown as they were given, with every member', async () => {
    const { octo, mona, put, get } = await open()
    const data = await put({
      wait_timer: 43_200,
      prevent_self_review: true,
      reviewers: [
        { type: 'User', id: mona.id },
        { type: 'User', id: octo.id },
      ],
      deployment_branch_policy: protectedBranches,
      can_admins_bypass: false,
    })
    const rule = { id: expect.any(Number), node_id: expect.stringMatching(/^GA_/) }
    const reviewer = (login: string) => ({
      type: 'User',
      reviewer: expect.objectContaining({ login, type: 'User' }),
    })
    expect(data).toMatchObject({
      can_admins_bypass: false,
      deployment_branch_policy: protectedBranches,
    })
    expect(data.protection_rules).toEqual([
      { ...rule, type: 'wait_timer', wait_timer: 43_200 },
      {
        ...rule,
        type: 'required_reviewers',
        prevent_self_review: true,
        reviewers: [reviewer('mona'), reviewer('octo')],
      },
      { ...rule, type: 'branch_policy' },
    ])
    expect(await get()).toEqual(data)
  })

  it('are listed with the environment that has them', async () => {
    const { octokit, put } = await open()
    const guarded = await put({ wait_timer: 5 })
    const bare = { ...at, environment_name: 'bare' }
    await octokit.repos.createOrUpdateEnvironment(bare)
    const { data } = await octokit.repos.getAllEnvironments(at)
    expect(data.environments?.map((one) => one.protection_rules)).toEqual([
      guarded.protection_rules,
      [],
    ])
  })

  it('are replaced, not merged: what is left out is reset', async () => {
    const { mona, put } = await open()
    const reviewers = [{ type: 'User', id: mona.id } as const]
    const full = { wait_timer: 5, reviewers, deployment_branch_policy: customBranches }
    await put({ ...full, can_admins_bypass: false })
    expect(await put({})).toMatchObject({
      can_admins_bypass: true,
      protection_rules: [],
      deployment_branch_policy: null,
    })
  })

  it('keep their ids until they change', async () => {
    const { put } = await open()
    const idsOf = async (settings: Settings) =>
      (await put(settings)).protection_rules?.map(({ id }) => id) ?? []
    const before = await idsOf({ wait_timer: 5, deployment_branch_policy: customBranches })
    expect(await idsOf({ wait_timer: 5, deployment_branch_policy: customBranches })).toEqual(before)
    const after = await idsOf({ wait_timer: 6, deployment_branch_policy: customBranches })
    expect(after.toSorted()).toEqual([before[1], expect.any(Number)])
    expect(after).not.toContain(before[0])
  })

  it('name each reviewer once', async () => {
    const { mona, put } = await open()
    const user = { type: 'User', id: mona.id } as const
    const { protection_rules } = await put({ reviewers: [user, user] })
    expect(protection_rules).toMatchObject([{ reviewers: [{ reviewer: { login: 'mona' } }] }])
  })

  it('go with their environment', async () => {
    const { octokit, put, get } = await open()
    await put({ wait_timer: 5 })
    await octokit.repos.deleteAnEnvironment(named)
    await octokit.repos.createOrUpdateEnvironment(named)
    expect((await get()).protection_rules).toEqual([])
  })
})

describe('the rules of an environment are refused', () => {
  it('when a value is out of range, or contradicts another', async () => {
    const { octo, refused } = await open()
    const user = { type: 'User', id: octo.id }
    const wrong = [
      { wait_timer: -1 },
      { wait_timer: 43_201 },
      { reviewers: Array.from({ length: 7 }, () => user) },
      { deployment_branch_policy: { protected_branches: true, custom_branch_policies: true } },
      { deployment_branch_policy: { protected_branches: false, custom_branch_policies: false } },
    ]
    for (const settings of wrong) {
      const [field] = Object.keys(settings)
      expect(await refused(settings)).toMatchObject({ status: 422, body: { errors: [{ field }] } })
    }
  })

  it('when a member has the wrong type, or is none', async () => {
    const { refused } = await open()
    const wrong = [
      [{ colour: 'red' }, '"colour" is not a permitted key.'],
      [{ wait_timer: 1.5 }, "For 'properties/wait_timer', 1.5 is not an integer."],
      [{ can_admins_bypass: 1 }, "For 'properties/can_admins_bypass', 1 is not a boolean."],
      [
        { deployment_branch_policy: { protected_branches: true } },
        '"custom_branch_policies" wasn\'t supplied.',
      ],
      [{ reviewers: [{ type: 'User' }] }, '"id" wasn\'t supplied.'],
    ] as const
    for (const [settings, message] of wrong) {
      expect(await refused(settings)).toMatchObject({
        status: 422,
        body: { message: `Invalid request.\n\n${message}` },
      })
    }
  })

  it('when a reviewer is nobody, may not read the repository, or is not a user', async () => {
    const { server, octo, refused } = await open()
    const stranger = await server.user('stranger')
    const acme = await createOrganization(server.app, 'acme', octo)
    for (const id of [999_999, -1, stranger.id, acme.id]) {
      const answer = await refused({ reviewers: [{ type: 'User', id }] })
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ field: 'reviewers' }] } })
      expect(JSON.stringify(answer.body)).toContain(`id ${id}`)
    }
    expect(await refused({ reviewers: [{ type: 'Team', id: 1 }] })).toMatchObject({ status: 422 })
  })

  it('and then nothing is made', async () => {
    const { octokit, refused } = await open()
    await refused({ reviewers: [{ type: 'User', id: 999_999 }] })
    expect((await refusalOf(octokit.repos.getEnvironment(named))).status).toBe(404)
  })
})

describe('custom protection rules', () => {
  const deployments = { deployments: 'write' } as const
  const events = ['deployment_protection_rule']

  it('are of Apps that are installed, write deployments and listen', async () => {
    const { server, octokit, put } = await open()
    await put({})
    const able = await installedApp(server, { slug: 'able', permissions: deployments, events })
    await installedApp(server, { slug: 'deaf', permissions: deployments })
    await installedApp(server, { slug: 'mute', permissions: { deployments: 'read' }, events })
    const { data: offered } = await octokit.repos.listCustomDeploymentRuleIntegrations(named)
    const app = { id: able.app.id, slug: 'able' }
    expect(offered).toMatchObject({
      total_count: 1,
      available_custom_deployment_protection_rule_integrations: [app],
    })
    const wanted = { ...named, integration_id: able.app.id }
    const { data: rule, status } = await octokit.repos.createDeploymentProtectionRule(wanted)
    expect({ status, rule }).toMatchObject({ status: 201, rule: { enabled: true, app } })
    const { data: listed } = await octokit.repos.getAllDeploymentProtectionRules(named)
    expect(listed).toEqual({ total_count: 1, custom_deployment_protection_rules: [rule] })
    const one = { ...named, protection_rule_id: rule.id }
    expect((await octokit.repos.getCustomDeploymentProtectionRule(one)).data).toEqual(rule)
    expect((await octokit.repos.disableDeploymentProtectionRule(one)).status).toBe(204)
    const gone = await refusalOf(octokit.repos.getCustomDeploymentProtectionRule(one))
    expect(gone.status).toBe(404)
  })

  it('are refused for other Apps, twice for one, and beyond six', async () => {
    const { server, octokit, put } = await open()
    await put({})
    const add = (id: number) =>
      octokit.repos.createDeploymentProtectionRule({ ...named, integration_id: id })
    const refused = async (id: number) => {
      const { status, body } = await refusalOf(add(id))
      expect(status).toBe(422)
      return body
    }
    expect(await refused(5)).toMatchObject({
      errors: [{ field: 'integration_id', message: expect.stringContaining('5') }],
    })
    const ids: number[] = []
    for (const slug of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) {
      ids.push((await installedApp(server, { slug, permissions: deployments, events })).app.id)
    }
    for (const id of ids.slice(0, 6)) await add(id)
    expect(await refused(ids[0] ?? 0)).toMatchObject({ errors: [{ code: 'already_exists' }] })
    expect(await refused(ids[6] ?? 0)).toMatchObject({
      errors: [{ message: expect.stringContaining('at most 6') }],
    })
  })
})
