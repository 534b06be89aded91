import { describe, expect, it } from 'vitest'
import { payloadsOf } from '../support/events.ts'
import { refusalOf } from '../support/refusal.ts'
import { startServer } from '../support/server.ts'

/** https://docs.github.com/rest/deployments/deployments#create-a-deployment */

const at = { owner: 'octo', repo: 'hello' }
const documentation_url = 'https://docs.github.com/rest/deployments/deployments#create-a-deployment'

async function open() {
  const server = await startServer()
  await server.user('octo')
  const repository = await server.repository('octo', 'hello')
  await server.commit(repository, { files: { 'a.txt': 'one' } })
  return { server, repository, octokit: await server.octokit('octo') }
}

type Octokit = Awaited<ReturnType<typeof open>>['octokit']
type Body = { ref?: unknown; [member: string]: unknown }

const post = (octokit: Octokit, body: Body = {}) =>
  octokit.request('POST /repos/{owner}/{repo}/deployments', {
    ...at,
    ref: 'main',
    ...body,
  } as never)

describe('a request that cannot be', () => {
  const faultOf = async (octokit: Octokit, body: Body) => {
    const { status, body: said } = await refusalOf(post(octokit, body))
    return { ...(said as { message: string }), status }
  }

  it('names an unknown ref, without an errors array', async () => {
    const { octokit } = await open()
    const impossible = ['main\n', 'nul\0', '\u001b[2J', 'x'.repeat(256)]
    const unknown = ['nowhere', 'a..b', '../../etc/passwd', '-x', 'main~1', '', 'f'.repeat(40)]
    for (const ref of [...unknown, ...impossible]) {
      expect(await refusalOf(post(octokit, { ref }))).toEqual({
        status: 422,
        body: {
          message: `No ref found for: ${ref}`,
          documentation_url,
          status: '422',
        },
      })
    }
  })

  it('is none for the long name of a branch', async () => {
    const { server, repository, octokit } = await open()
    const branch = `feature/${'long/'.repeat(60)}name`
    await server.commit(repository, { branch, files: { 'a.txt': 'two' } })
    const ref = `refs/heads/${branch}`
    const deployed = await post(octokit, { ref, auto_merge: false })
    expect(deployed).toMatchObject({ status: 201, data: { ref } })
    expect((await octokit.repos.listDeployments({ ...at, ref })).data).toHaveLength(1)
  })

  it('refuses hostile tasks and environments by name', async () => {
    const { octokit } = await open()
    const hostile = ['a\nb', 'nul\0', '\u001b[2J', 'x'.repeat(256)]
    for (const field of ['task', 'environment']) {
      for (const value of hostile) {
        expect(await faultOf(octokit, { [field]: value })).toMatchObject({
          status: 422,
          message: 'Validation Failed',
          errors: [{ resource: 'Deployment', field, code: 'custom' }],
        })
      }
    }
    for (const environment of ['', ' ', '..', 'a/../b', '-rf']) {
      expect(await faultOf(octokit, { environment })).toMatchObject({
        status: 422,
        errors: [{ field: 'environment' }],
      })
    }
  })

  it('wants a ref, and types that fit', async () => {
    const { octokit } = await open()
    const message = async (body: Body) => (await faultOf(octokit, body)).message
    const task = { ref: undefined, task: 'deploy' }
    expect(await message(task)).toBe('Invalid request.\n\n"ref" wasn\'t supplied.')
    expect(await message({ ref: null })).toContain("'properties/ref', nil is not a string")
    expect(await message({ auto_merge: 'yes' })).toContain('"yes" is not a boolean.')
    expect(await message({ required_contexts: null })).toContain('nil is not an array.')
    expect(await message({ required_contexts: [1] })).toContain('1 is not a string.')
    for (const payload of [[1], 1, true, null]) {
      expect(await message({ payload })).toContain("For 'properties/payload', ")
    }
  })

  it('wants a JSON object', async () => {
    const { server } = await open()
    const authorization = `token ${await server.token('octo', ['repo'])}`
    const send = async (body: string, contentType = 'text/plain') => {
      const headers = { authorization, 'user-agent': 'test', 'content-type': contentType }
      const url = `${server.apiUrl}/repos/octo/hello/deployments`
      const response = await fetch(url, { method: 'POST', headers, body })
      const { message } = (await response.json()) as { message?: string }
      return [response.status, message]
    }
    expect(await send('{')).toEqual([400, 'Problems parsing JSON'])
    expect(await send('[]')).toEqual([400, 'Body should be a JSON object'])
    expect(await send('"main"')).toEqual([400, 'Body should be a JSON object'])
    expect(await send('{"ref":"main"}')).toEqual([201, undefined])
    const deep = '['.repeat(5000) + ']'.repeat(5000)
    for (const body of [`{"ref":"main","payload":{"a":${deep}}}`, `{"ref":${deep}}`]) {
      expect(await send(body)).toEqual([400, 'Problems parsing JSON'])
    }
    for (const noMediaType of ['', 'json', 'application/json, application/json']) {
      expect(await send('{"ref":"main"}', noMediaType)).toEqual([201, undefined])
    }
  })

  it('bounds a description, a payload, and the body', async () => {
    const { octokit } = await open()
    const long = 'x'.repeat(2 * 1024 * 1024)
    expect(await faultOf(octokit, { description: long })).toMatchObject({
      status: 422,
      errors: [{ message: 'description is too long (maximum is 65535 characters)' }],
    })
    expect(await faultOf(octokit, { payload: { text: long.repeat(3) } })).toMatchObject({
      status: 422,
      errors: [{ resource: 'Deployment', field: 'payload', code: 'custom' }],
    })
    const huge = post(octokit, { payload: 'x'.repeat(30 * 1024 * 1024) })
    expect((await refusalOf(huge)).status).toBe(413)
  })

  it('leaves nothing behind', async () => {
    const { octokit, server, repository } = await open()
    await faultOf(octokit, { ref: 'nowhere', environment: 'new' })
    expect((await octokit.repos.listDeployments(at)).data).toEqual([])
    expect(await payloadsOf(server.app, repository.id, 'deployment')).toEqual([])
  })
})
