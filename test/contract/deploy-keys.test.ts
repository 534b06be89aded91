import { describe, expect, it } from 'vitest'
import { findDeployKeyByBlob, noteKeyUse } from '../../src/deploy-keys/deploy-keys.ts'
import { payloadsOf } from '../support/events.ts'
import { newPublicKey } from '../support/public-key.ts'
import { refusalOf } from '../support/refusal.ts'
import { startServer } from '../support/server.ts'

/** https://docs.github.com/rest/deploy-keys/deploy-keys */

const at = { owner: 'octo', repo: 'hello' }

async function open() {
  const server = await startServer()
  await server.user('octo')
  const repository = await server.repository('octo', 'hello', { private: true })
  return { server, repository, octokit: await server.octokit('octo') }
}

describe('creating a deploy key', () => {
  it('answers with the key, its comment gone and its address in Location', async () => {
    const { octokit } = await open()
    const key = newPublicKey()
    const { status, data, headers } = await octokit.repos.createDeployKey({
      ...at,
      title: 'server',
      key: `${key} octo@laptop\n`,
      read_only: true,
    })
    expect(status).toBe(201)
    expect(headers.location).toBe(data.url)
    expect(data).toEqual({
      id: data.id,
      key,
      url: expect.stringMatching(new RegExp(`/api/v3/repos/octo/hello/keys/${data.id}$`)),
      title: 'server',
      verified: true,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      read_only: true,
      last_used: null,
      added_by: 'octo',
      enabled: true,
    })
  })

  it('lets it write unless told otherwise, and names it after its comment', async () => {
    const { octokit } = await open()
    const { data } = await octokit.repos.createDeployKey({ ...at, key: `${newPublicKey()} laptop` })
    expect(data).toMatchObject({ title: 'laptop', read_only: false })
    const { data: bare } = await octokit.repos.createDeployKey({ ...at, key: newPublicKey() })
    expect(bare.title).toMatch(/^Deploy key SHA256:/)
  })

  it('refuses a key that is in use, here or in another repository', async () => {
    const { server, octokit } = await open()
    await server.repository('octo', 'other')
    const key = newPublicKey()
    await octokit.repos.createDeployKey({ ...at, key })
    for (const repo of ['hello', 'other']) {
      const again = octokit.repos.createDeployKey({ owner: 'octo', repo, key: `${key} again` })
      expect(await refusalOf(again)).toEqual({
        status: 422,
        body: {
          message: 'Validation Failed',
          errors: [
            {
              resource: 'PublicKey',
              code: 'custom',
              field: 'key',
              message: 'key is already in use',
            },
          ],
          documentation_url: 'https://docs.github.com/rest/deploy-keys#create-a-deploy-key',
          status: '422',
        },
      })
    }
  })

  it('refuses what is no public key', async () => {
    const { octokit } = await open()
    const secret = 'b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW'
    const text = `-----BEGIN OPENSSH PRIVATE KEY-----\n${secret}\n-----END OPENSSH PRIVATE KEY-----\n`
    const pasted = await refusalOf(octokit.repos.createDeployKey({ ...at, key: text }))
    expect(pasted.status).toBe(422)
    expect(JSON.stringify(pasted.body)).toContain('That is a private key')
    expect(JSON.stringify(pasted.body)).not.toContain(secret.slice(0, 12))

    const nonsense = await refusalOf(octokit.repos.createDeployKey({ ...at, key: 'hello' }))
    expect(nonsense.body).toMatchObject({
      errors: [{ field: 'key', message: expect.stringMatching(/^key is invalid\. You must/) }],
    })
    const long = await refusalOf(octokit.repos.createDeployKey({ ...at, key: 'x'.repeat(20_000) }))
    expect(long.body).toMatchObject({ errors: [{ field: 'key' }] })
  })

  it('refuses a missing key, and control characters and wrong types anywhere', async () => {
    const { octokit } = await open()
    const post = (body: Record<string, unknown>) =>
      refusalOf(octokit.request('POST /repos/octo/hello/keys', body))
    expect((await post({ title: 'x' })).body).toMatchObject({
      message: 'Invalid request.\n\n"key" wasn\'t supplied.',
    })
    expect((await post({ key: 7 })).body).toMatchObject({
      message: "Invalid request.\n\nFor 'properties/key', 7 is not a string.",
    })
    for (const title of ['a\nb', '\u001b[31mred', 'nul\0', 'x'.repeat(256)]) {
      const { status, body } = await post({ key: newPublicKey(), title })
      expect(status).toBe(422)
      expect(body).toMatchObject({ errors: [{ resource: 'PublicKey', field: 'title' }] })
    }
  })
})

describe('reading and deleting deploy keys', () => {
  it('lists a page at a time, oldest first, and gets one', async () => {
    const { octokit, repository } = await open()
    for (const title of ['a', 'b', 'c']) {
      await octokit.repos.createDeployKey({ ...at, title, key: newPublicKey() })
    }
    const { data, headers } = await octokit.repos.listDeployKeys({ ...at, per_page: 2 })
    expect(data.map((key) => key.title)).toEqual(['a', 'b'])
    expect(headers.link).toContain(
      `/repositories/${repository.id}/keys?per_page=2&page=2>; rel="next"`,
    )
    const [first] = data
    const { data: found } = await octokit.repos.getDeployKey({ ...at, key_id: first?.id ?? 0 })
    expect(found).toEqual(first)
  })

  it('is as if not there once deleted, and from another repository', async () => {
    const { server, octokit } = await open()
    await server.repository('octo', 'other')
    const { data } = await octokit.repos.createDeployKey({ ...at, key: newPublicKey() })
    const key = { ...at, key_id: data.id }
    const elsewhere = { owner: 'octo', repo: 'other', key_id: data.id }
    expect((await refusalOf(octokit.repos.getDeployKey(elsewhere))).status).toBe(404)
    expect((await refusalOf(octokit.repos.deleteDeployKey(elsewhere))).status).toBe(404)
    expect((await octokit.repos.deleteDeployKey(key)).status).toBe(204)
    expect((await refusalOf(octokit.repos.getDeployKey(key))).status).toBe(404)
    expect((await refusalOf(octokit.repos.deleteDeployKey(key))).status).toBe(404)
  })

  it('tells hooks of both', async () => {
    const { server, repository, octokit } = await open()
    const { data } = await octokit.repos.createDeployKey({ ...at, title: 'k', key: newPublicKey() })
    await octokit.repos.deleteDeployKey({ ...at, key_id: data.id })
    const events = await payloadsOf(server.app, repository.id, 'deploy_key')
    expect(events).toMatchObject([
      { action: 'created', key: { id: data.id, title: 'k' }, sender: { login: 'octo' } },
      { action: 'deleted', key: { id: data.id }, repository: { full_name: 'octo/hello' } },
    ])
  })

  it('is for administrators: as if not there for others', async () => {
    const { server } = await open()
    await server.user('hubot')
    const stranger = await server.octokit('hubot')
    const noScope = await server.octokit('octo', ['repo_deployment'])
    for (const octokit of [stranger, noScope]) {
      expect((await refusalOf(octokit.repos.listDeployKeys(at))).status).toBe(404)
      const post = octokit.repos.createDeployKey({ ...at, key: newPublicKey() })
      expect((await refusalOf(post)).status).toBe(404)
    }
  })
})

describe('what the SSH server asks', () => {
  it('finds a key by its blob and notes its use, to the minute', async () => {
    const { server, octokit, repository } = await open()
    const { data } = await octokit.repos.createDeployKey({ ...at, key: newPublicKey() })
    const blob = Buffer.from(data.key.split(' ')[1] ?? '', 'base64')
    const { read } = server.app.store
    const key = await findDeployKeyByBlob(read, blob)
    expect(key).toMatchObject({ id: data.id, repository_id: repository.id, last_used: null })
    expect(await findDeployKeyByBlob(read, Buffer.from('nothing'))).toBeUndefined()
    if (!key) return
    await noteKeyUse(server.app, key, '::ffff:192.0.2.7')
    const used = await findDeployKeyByBlob(read, blob)
    expect(used?.last_used).toMatch(/Z$/)
    expect(used?.last_used_address).toBe('192.0.2.7')
    const { data: shown } = await octokit.repos.getDeployKey({ ...at, key_id: data.id })
    expect(shown.last_used).toBe(used?.last_used?.replace(/\.\d+Z$/, 'Z'))
  })
})
