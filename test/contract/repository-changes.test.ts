import { describe, expect, it } from 'vitest'
import { faultsOf } from '../support/openapi.ts'
import { refusalOf } from '../support/refusal.ts'
import { startServer } from '../support/server.ts'

/** https://docs.github.com/rest/repos/repos#update-a-repository */

const at = { owner: 'octo', repo: 'hello' }

async function open(scopes: readonly string[] = ['repo', 'delete_repo']) {
  const server = await startServer()
  await server.user('octo')
  const repository = await server.repository('octo', 'hello')
  return { server, repository, octokit: await server.octokit('octo', scopes) }
}

describe('changing a repository', () => {
  it('changes what is named and leaves the rest', async () => {
    const { octokit } = await open()
    await octokit.repos.update({
      ...at,
      description: 'A greeting',
      homepage: 'https://x.example.com',
    })
    const { status, data } = await octokit.repos.update({ ...at, homepage: '' })
    expect(data).toMatchObject({ description: 'A greeting', homepage: null, private: false })
    expect(faultsOf({ method: 'PATCH', path: '/repos/octo/hello', status, body: data })).toEqual([])
  })

  it('takes POST for PATCH, as old clients send it', async () => {
    const { octokit } = await open()
    const { data } = await octokit.request('POST /repos/octo/hello', { description: 'Old' })
    expect(data).toMatchObject({ description: 'Old' })
  })

  it('moves the default branch to one that is there, for clones as well', async () => {
    const { server, octokit, repository } = await open()
    await server.commit(repository, { branch: 'main', files: { a: '1' } })
    await server.commit(repository, { branch: 'next', files: { a: '2' } })
    const { data } = await octokit.repos.update({ ...at, default_branch: 'next' })
    expect(data.default_branch).toBe('next')
    expect(await server.app.git.defaultBranch(repository.id)).toBe('next')
  })

  it.each(['nowhere', '../main', 'a b', 'a\u0000b', '', '-x', '@{-1}', 'x'.repeat(255)])(
    'refuses the default branch %j, and keeps the one it has',
    async (default_branch) => {
      const { octokit } = await open()
      expect(await refusalOf(octokit.repos.update({ ...at, default_branch }))).toMatchObject({
        status: 422,
        body: { message: 'Validation Failed', errors: [{ field: 'default_branch' }] },
      })
      expect((await octokit.repos.get(at)).data.default_branch).toBe('main')
    },
  )

  it('accepts the default branch that an empty repository has already', async () => {
    const { octokit } = await open()
    const { data } = await octokit.repos.update({ ...at, default_branch: 'main' })
    expect(data.default_branch).toBe('main')
  })

  it('makes it private and public again, by either word', async () => {
    const { octokit } = await open()
    expect((await octokit.repos.update({ ...at, private: true })).data.visibility).toBe('private')
    const open_ = await octokit.repos.update({ ...at, visibility: 'public' })
    expect(open_.data.private).toBe(false)
  })

  it('lets no token hide a repository that it could not see afterwards', async () => {
    const { octokit } = await open(['public_repo'])
    expect((await refusalOf(octokit.repos.update({ ...at, private: true }))).status).toBe(403)
    expect((await octokit.repos.get(at)).data.private).toBe(false)
  })

  it('keeps an archived repository as it is until it is taken out again', async () => {
    const { octokit } = await open()
    expect((await octokit.repos.update({ ...at, archived: true })).data.archived).toBe(true)
    const refusal = await refusalOf(octokit.repos.update({ ...at, description: 'x' }))
    expect(refusal).toMatchObject({
      status: 403,
      body: { message: 'Repository was archived so is read-only.' },
    })
    const out = await octokit.repos.update({ ...at, archived: false, description: 'x' })
    expect(out.data).toMatchObject({ archived: false, description: 'x' })
  })

  it('is for administrators only', async () => {
    const { server } = await open()
    await server.user('mona')
    const mona = await server.octokit('mona')
    expect(await refusalOf(mona.repos.update({ ...at, description: 'x' }))).toMatchObject({
      status: 403,
      body: { message: 'Must have admin rights to Repository.' },
    })
  })

  it('refuses wrong types by name', async () => {
    const { octokit } = await open()
    const asked = octokit.request('PATCH /repos/octo/hello', { private: 'yes' })
    expect(await refusalOf(asked)).toMatchObject({
      status: 422,
      body: { message: 'Invalid request.\n\nFor \'properties/private\', "yes" is not a boolean.' },
    })
  })
})

describe('deleting a repository', () => {
  it('leaves neither rows nor code', async () => {
    const { server, octokit, repository } = await open()
    await server.commit(repository, { files: { a: '1' } })
    await octokit.repos.createWebhook({ ...at, config: { url: 'https://hooks.example.com' } })
    expect((await octokit.repos.delete(at)).status).toBe(204)
    expect((await refusalOf(octokit.repos.get(at))).status).toBe(404)
    expect(await server.app.git.exists(repository.id)).toBe(false)
  })

  it('takes the redirects to it along, and frees its name under a new id', async () => {
    const { octokit, repository } = await open()
    await octokit.repos.update({ ...at, name: 'goodbye' })
    await octokit.repos.delete({ owner: 'octo', repo: 'goodbye' })
    expect((await refusalOf(octokit.repos.get(at))).status).toBe(404)
    const { data } = await octokit.repos.createForAuthenticatedUser({ name: 'goodbye' })
    expect(data.id).toBeGreaterThan(repository.id)
  })

  it('needs the scope delete_repo', async () => {
    const { octokit } = await open(['repo'])
    expect(await refusalOf(octokit.repos.delete(at))).toMatchObject({
      status: 403,
      body: { message: 'This token needs the scope delete_repo.' },
    })
  })
})
