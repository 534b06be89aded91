import { describe, expect, it } from 'vitest'
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
