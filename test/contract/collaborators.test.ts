import { describe, expect, it } from 'vitest'
import { createOrganization, findAccount } from '../../src/accounts/accounts.ts'
import { faultsOf } from '../support/openapi.ts'
import { refusalOf } from '../support/refusal.ts'
import { startServer } from '../support/server.ts'

/** https://docs.github.com/rest/collaborators/collaborators */

const at = { owner: 'octo', repo: 'hello' }
const mona = { ...at, username: 'mona' }

async function open() {
  const server = await startServer()
  await server.user('octo')
  await server.user('mona')
  await server.repository('octo', 'hello', { private: true })
  return { server, octokit: await server.octokit('octo'), visitor: await server.octokit('mona') }
}

describe('a collaborator', () => {
  it('may push from the moment of being added', async () => {
    const { octokit, visitor } = await open()
    expect((await refusalOf(visitor.repos.get(at))).status).toBe(404)
    expect((await octokit.repos.addCollaborator(mona)).status).toBe(204)
    expect((await visitor.repos.get(at)).data.permissions).toMatchObject({
      admin: false,
      push: true,
      pull: true,
    })
  })

  it('has the permission that was given last', async () => {
    const { octokit, visitor } = await open()
    for (const [permission, role] of [
      ['pull', 'read'],
      ['push', 'write'],
      ['admin', 'admin'],
    ] as const) {
      await octokit.repos.addCollaborator({ ...mona, permission })
      const { status, data } = await octokit.repos.getCollaboratorPermissionLevel(mona)
      expect(data).toMatchObject({ permission: role, role_name: role, user: { login: 'mona' } })
      const path = '/repos/octo/hello/collaborators/mona/permission'
      expect(faultsOf({ method: 'GET', path, status, body: data })).toEqual([])
    }
    expect((await visitor.repos.update({ ...at, description: 'Mine too' })).status).toBe(200)
  })

  it('is told from a stranger by 204 and 404', async () => {
    const { octokit } = await open()
    expect((await refusalOf(octokit.repos.checkCollaborator(mona))).status).toBe(404)
    const stranger = await octokit.repos.getCollaboratorPermissionLevel(mona)
    expect(stranger.data).toMatchObject({
      permission: 'none',
      user: { permissions: { pull: false } },
    })
    await octokit.repos.addCollaborator(mona)
    expect((await octokit.repos.checkCollaborator(mona)).status).toBe(204)
    expect((await octokit.repos.checkCollaborator({ ...at, username: 'octo' })).status).toBe(204)
  })

  it('is out as soon as removed, and need not have been in', async () => {
    const { octokit, visitor } = await open()
    await octokit.repos.addCollaborator(mona)
    expect((await octokit.repos.removeCollaborator(mona)).status).toBe(204)
    expect((await refusalOf(visitor.repos.get(at))).status).toBe(404)
    expect((await octokit.repos.removeCollaborator(mona)).status).toBe(204)
  })

  it('may not add others, nor look when only reading', async () => {
    const { server, octokit, visitor } = await open()
    await server.user('hubot')
    await octokit.repos.addCollaborator({ ...mona, permission: 'pull' })
    const added = visitor.repos.addCollaborator({ ...at, username: 'hubot' })
    expect((await refusalOf(added)).status).toBe(403)
    const looked = visitor.repos.getCollaboratorPermissionLevel(mona)
    expect((await refusalOf(looked)).status).toBe(403)
  })

  it('exists, is no organization, and not the owner', async () => {
    const { octokit } = await open()
    const nobody = octokit.repos.addCollaborator({ ...at, username: 'nobody' })
    expect((await refusalOf(nobody)).status).toBe(404)
    expect(
      await refusalOf(octokit.repos.addCollaborator({ ...at, username: 'octo' })),
    ).toMatchObject({
      status: 422,
      body: { errors: [{ message: 'Repository owner cannot be a collaborator' }] },
    })
  })

  it('is given no permission that does not exist', async () => {
    const { octokit } = await open()
    const asked = octokit.repos.addCollaborator({ ...mona, permission: 'root' as 'pull' })
    expect(await refusalOf(asked)).toMatchObject({
      status: 422,
      body: {
        errors: [{ field: 'permission', message: 'permission is not included in the list' }],
      },
    })
  })
})

describe('the list of collaborators', () => {
  const logins = ({ data }: { data: readonly { login: string }[] }) =>
    data.map(({ login }) => login)

  it('has the owner and whoever was added, with what they may do', async () => {
    const { server, octokit, visitor } = await open()
    await server.user('hubot')
    await octokit.repos.addCollaborator({ ...mona, permission: 'pull' })
    const all = await octokit.repos.listCollaborators(at)
    const path = '/repos/octo/hello/collaborators'
    expect(faultsOf({ method: 'GET', path, status: all.status, body: all.data })).toEqual([])
    expect(all.data).toMatchObject([
      { login: 'mona', role_name: 'read', permissions: { pull: true, push: false } },
      { login: 'octo', role_name: 'admin' },
    ])
    const second = await octokit.repos.listCollaborators({ ...at, per_page: 1, page: 2 })
    expect(logins(second)).toEqual(['octo'])
    expect(second.headers.link).toContain('rel="prev"')
    expect(logins(await octokit.repos.listCollaborators({ ...at, permission: 'push' }))).toEqual([
      'octo',
    ])
    expect((await refusalOf(visitor.repos.listCollaborators(at))).status).toBe(403)
  })

  it('tells members of an organization from those outside', async () => {
    const { server, octokit } = await open()
    await createOrganization(server.app, 'acme', await findAccount(server.app.store.read, 'octo'))
    await server.repository('acme', 'site')
    const site = { owner: 'acme', repo: 'site' }
    await octokit.repos.addCollaborator({ ...site, username: 'mona' })
    const list = async (filter: object) =>
      logins(await octokit.repos.listCollaborators({ ...site, ...filter }))
    expect(await list({})).toEqual(['mona', 'octo'])
    expect(await list({ affiliation: 'outside' })).toEqual(['mona'])
    expect(await list({ affiliation: 'direct' })).toEqual(['mona'])
    expect(await list({ permission: 'admin' })).toEqual(['octo'])
  })
})
