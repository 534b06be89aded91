import { describe, expect, it } from 'vitest'
import { createOrganization } from '../../src/accounts/accounts.ts'
import { type EngineName, engines } from '../support/engines.ts'
import { faultsOf } from '../support/openapi.ts'
import { refusalOf } from '../support/refusal.ts'
import { startServer } from '../support/server.ts'

/** https://docs.github.com/rest/teams and https://docs.github.com/rest/orgs/members */

const org = 'acme'
const shop = { owner: org, repo: 'shop' }
const scopes = ['repo', 'admin:org']

/** acme is octo's; mona is its member, hubot is not; acme/shop is private. */
async function open(engine: EngineName = 'sqlite') {
  const server = await startServer({ engine })
  const octo = await server.user('octo')
  await createOrganization(server.app, org, octo)
  const mona = await server.user('mona')
  await server.user('hubot')
  await server.repository(org, 'shop', { private: true })
  const [asOcto, asMona, asHubot] = await Promise.all(
    ['octo', 'mona', 'hubot'].map((login) => server.octokit(login, scopes)),
  )
  if (!asOcto || !asMona || !asHubot) throw new Error('Three clients were asked for')
  await asOcto.orgs.setMembershipForUser({ org, username: 'mona' })
  const team = async (name: string, more: object = {}) =>
    (await asOcto.teams.create({ org, name, privacy: 'closed', ...more })).data
  const give = (team_slug: string, permission: string) =>
    asOcto.teams.addOrUpdateRepoPermissionsInOrg({ org, team_slug, ...shop, permission })
  const join = (team_slug: string, username: string) =>
    asOcto.teams.addOrUpdateMembershipForUserInOrg({ org, team_slug, username })
  const permission = async (username: string) =>
    (await asOcto.repos.getCollaboratorPermissionLevel({ ...shop, username })).data.permission
  return { server, octo, mona, asOcto, asMona, asHubot, team, give, join, permission }
}

describe.each(engines)('a team, on %s,', (engine) => {
  it('gives its members what it was given, the highest winning', async () => {
    const { team, give, join, permission, asMona, asOcto } = await open(engine)
    expect(await permission('mona')).toBe('read')
    await team('Core Ops')
    await team('Web')
    for (const slug of ['core-ops', 'web']) await join(slug, 'mona')
    await give('web', 'triage')
    expect(await permission('mona')).toBe('read')
    await give('core-ops', 'maintain')
    expect(await permission('mona')).toBe('write')
    await give('core-ops', 'admin')
    expect(await permission('mona')).toBe('admin')
    const [own] = (await asMona.repos.listForAuthenticatedUser()).data
    expect(own?.permissions).toMatchObject({ admin: true, push: true })
    const admins = await asOcto.repos.listCollaborators({ ...shop, permission: 'admin' })
    expect(admins.data.map(({ login }) => login)).toEqual(['mona', 'octo'])
    await asOcto.teams.removeRepoInOrg({ org, team_slug: 'core-ops', ...shop })
    expect(await permission('mona')).toBe('read')
  })

  it('has what the teams above it have, until it moves', async () => {
    const { team, give, join, permission, asOcto } = await open(engine)
    const top = await team('Top')
    const middle = await team('Middle', { parent_team_id: top.id })
    const low = await team('Low', { parent_team_id: middle.id })
    await join('low', 'mona')
    await give('top', 'push')
    expect(await permission('mona')).toBe('write')
    const members = await asOcto.teams.listMembersInOrg({ org, team_slug: 'top' })
    expect(members.data.map(({ login }) => login)).toEqual(['mona', 'octo'])
    const repositories = await asOcto.teams.listReposInOrg({ org, team_slug: 'low' })
    expect(repositories.data).toMatchObject([{ full_name: 'acme/shop', role_name: 'write' }])
    const teams = await asOcto.repos.listTeams(shop)
    expect(teams.data.map(({ slug, permission: given }) => [slug, given])).toEqual([
      ['low', 'push'],
      ['middle', 'push'],
      ['top', 'push'],
    ])
    const circle = { org, team_slug: 'top', parent_team_id: low.id }
    expect((await refusalOf(asOcto.teams.updateInOrg(circle))).status).toBe(422)
    const loose = { org, team_slug: 'middle', parent_team_id: null }
    expect((await asOcto.teams.updateInOrg(loose)).data.parent).toBeNull()
    expect(await permission('mona')).toBe('read')
    const back = { org, team_slug: 'middle', parent_team_id: top.id }
    expect((await asOcto.teams.updateInOrg(back)).data.parent?.slug).toBe('top')
    expect(await permission('mona')).toBe('write')
    await asOcto.teams.deleteInOrg({ org, team_slug: 'top' })
    expect((await asOcto.teams.list({ org })).data).toEqual([])
  })

  it('reviews where it can read', async () => {
    const { team, give, asOcto } = await open(engine)
    const { id } = await team('Web')
    const environment = { ...shop, environment_name: 'qa' }
    const reviewers = [{ type: 'Team' as const, id }]
    const put = () => asOcto.repos.createOrUpdateEnvironment({ ...environment, reviewers })
    expect((await refusalOf(put())).status).toBe(422)
    await give('web', 'pull')
    const { data, status } = await put()
    const path = '/repos/acme/shop/environments/qa'
    expect(faultsOf({ method: 'PUT', path, status, body: data })).toEqual([])
    expect(data.protection_rules).toMatchObject([
      { reviewers: [{ type: 'Team', reviewer: { id, slug: 'web', parent: null } }] },
    ])
    await asOcto.teams.deleteInOrg({ org, team_slug: 'web' })
    const rules = (await asOcto.repos.getEnvironment(environment)).data.protection_rules
    expect(rules).toMatchObject([{ type: 'required_reviewers', reviewers: [] }])
  })
})

describe('a secret team', () => {
  it('is known to its members and to owners', async () => {
    const { team, join, asOcto, asMona } = await open()
    await team('Hidden', { privacy: 'secret' })
    const at = { org, team_slug: 'hidden' }
    expect((await refusalOf(asMona.teams.getByName(at))).status).toBe(404)
    expect((await asMona.teams.list({ org })).data).toEqual([])
    expect((await asOcto.teams.list({ org })).data).toHaveLength(1)
    await join('hidden', 'mona')
    expect((await asMona.teams.getByName(at)).data.members_count).toBe(2)
    expect((await asMona.teams.listForAuthenticatedUser()).data).toHaveLength(1)
  })

  it('is neither above nor below another', async () => {
    const { team, asOcto } = await open()
    const hidden = await team('Hidden', { privacy: 'secret' })
    const shown = await team('Shown')
    await team('Below', { parent_team_id: shown.id })
    for (const more of [{ parent_team_id: hidden.id }, { parent_team_id: 999_999 }]) {
      expect((await refusalOf(team('New', more))).status).toBe(422)
    }
    const secret = { org, team_slug: 'shown', privacy: 'secret' } as const
    expect((await refusalOf(asOcto.teams.updateInOrg(secret))).status).toBe(422)
  })
})

describe('who may do what with teams', () => {
  it('strangers find none, members look, and those who maintain one change it', async () => {
    const { team, give, asMona, asHubot, asOcto } = await open()
    const shown = await team('Shown')
    await give('shown', 'admin')
    const at = { org, team_slug: 'shown' }
    expect((await refusalOf(asHubot.teams.getByName(at))).status).toBe(404)
    expect((await asMona.teams.getByName(at)).status).toBe(200)
    const change = { ...at, description: 'x' }
    expect((await refusalOf(asMona.teams.updateInOrg(change))).status).toBe(403)
    const below = { org, name: 'Below', privacy: 'closed' as const, parent_team_id: shown.id }
    expect((await refusalOf(asMona.teams.create(below))).status).toBe(403)
    const own = { ...at, username: 'mona', role: 'maintainer' as const }
    expect((await refusalOf(asMona.teams.addOrUpdateMembershipForUserInOrg(own))).status).toBe(403)
    await asOcto.teams.addOrUpdateMembershipForUserInOrg(own)
    expect((await asMona.teams.updateInOrg(change)).data.description).toBe('x')
    const outsider = { ...at, username: 'hubot' }
    expect((await refusalOf(asMona.teams.addOrUpdateMembershipForUserInOrg(outsider))).status).toBe(
      403,
    )
    await asMona.teams.removeMembershipForUserInOrg({ ...at, username: 'mona' })
  })

  it('nobody gives away a repository that they do not administrate', async () => {
    const { asMona } = await open()
    await asMona.teams.create({ org, name: 'Mine' })
    const give = { org, team_slug: 'mine', ...shop, permission: 'admin' }
    expect((await refusalOf(asMona.teams.addOrUpdateRepoPermissionsInOrg(give))).status).toBe(403)
    const made = asMona.teams.create({ org, name: 'Other', repo_names: ['acme/shop'] })
    expect((await refusalOf(made)).status).toBe(403)
  })

  it('a token that sees no private repositories sees none through a team', async () => {
    const { server, team, give } = await open()
    await team('Web')
    await give('web', 'pull')
    const octokit = await server.octokit('octo', ['read:org'])
    expect((await octokit.teams.listReposInOrg({ org, team_slug: 'web' })).data).toEqual([])
    const one = { org, team_slug: 'web', ...shop }
    expect((await refusalOf(octokit.teams.checkPermissionsForRepoInOrg(one))).status).toBe(404)
  })
})

describe('membership of an organization', () => {
  it('ends in its teams as well, and never for its last owner', async () => {
    const { team, give, join, permission, asOcto, mona } = await open()
    await team('Web')
    await join('web', 'mona')
    await give('web', 'push')
    expect((await asOcto.orgs.listMembers({ org, role: 'member' })).data).toMatchObject([
      { id: mona.id },
    ])
    const username = 'octo'
    const demote = asOcto.orgs.setMembershipForUser({ org, username, role: 'member' })
    expect((await refusalOf(demote)).status).toBe(403)
    expect((await refusalOf(asOcto.orgs.removeMembershipForUser({ org, username }))).status).toBe(
      403,
    )
    await asOcto.orgs.removeMember({ org, username: 'mona' })
    expect(await permission('mona')).toBe('none')
    await asOcto.orgs.setMembershipForUser({ org, username: 'mona' })
    expect(await permission('mona')).toBe('read')
    expect((await asOcto.orgs.get({ org })).data.login).toBe(org)
  })
})
