import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { behindHttps, httpsFront } from '../support/https.ts'
import { atHome } from '../support/installed.ts'
import type { Ran } from '../support/program.ts'
import { newPublicKey } from '../support/public-key.ts'
import { startServer } from '../support/server.ts'

/** Debian's `gh`, signed in by token at a server of one's own. */
async function signIn() {
  const server = await startServer({ settings: behindHttps })
  const front = await httpsFront(server)
  await server.user('octo')
  const repository = await server.repository('octo', 'docs', { private: true })
  await server.commit(repository, { files: { 'a.txt': '1' } })
  const token = await server.token('octo', ['repo', 'read:org', 'gist'])
  const { home, run } = atHome('gh', { ...front.env, GH_HOST: front.host, GH_PROMPT_DISABLED: '1' })
  const gh = async (line: string, input = '') => done(await run(line.split(' '), { input }))
  await gh(`auth login --hostname ${front.host} --with-token`, token)
  return { server, front, home, gh }
}

/** What it printed; what it says of a failure fails the test. */
function done({ code, stdout, stderr }: Ran): string {
  if (code !== 0) throw new Error(`gh ended with ${code}: ${stderr}${stdout}`)
  return `${stdout}${stderr}`
}

const repo = '--repo slipway.test/octo/docs'

describe('gh', () => {
  it('auth login --with-token, auth status', async () => {
    const { gh, front } = await signIn()
    const status = await gh(`auth status --hostname ${front.host}`)
    expect(status).toContain('Logged in to slipway.test as octo')
    expect(status).toContain('Token scopes: ')
  })

  it('repo view', async () => {
    const { gh } = await signIn()
    const view = await gh('repo view slipway.test/octo/docs --json nameWithOwner,defaultBranchRef')
    expect(JSON.parse(view)).toEqual({
      nameWithOwner: 'octo/docs',
      defaultBranchRef: { name: 'main' },
    })
  })

  it('api: deployments, statuses, pages', async () => {
    const { gh } = await signIn()
    const all = 'repos/octo/docs/deployments'
    const request = { ref: 'main', environment: 'qa', required_contexts: [] }
    const made = JSON.parse(await gh(`api ${all} --input -`, JSON.stringify(request)))
    expect(made).toMatchObject({ environment: 'qa', url: expect.stringContaining('slipway.test') })
    await gh(`api ${all} --input -`, JSON.stringify({ ...request, environment: 'prod' }))
    await gh(`api ${all}/${made.id}/statuses -f state=success -f description=Done`)
    const states = await gh(`api ${all}/${made.id}/statuses --jq .[].state`)
    expect(states.trim()).toBe('success')
    const paged = await gh(`api ${all}?per_page=1 --paginate --jq .[].environment`)
    expect(paged.trim().split('\n')).toEqual(['prod', 'qa'])
  })

  it('secret set --env, secret list, secret delete', async () => {
    const { gh } = await signIn()
    await gh('api -X PUT repos/octo/docs/environments/qa')
    await gh(`secret set DATABASE_URL --env qa ${repo}`, 'postgres://hidden')
    await gh(`secret set OTHER ${repo}`, 'hidden')
    expect(await gh(`secret list --env qa ${repo}`)).toMatch(/^DATABASE_URL\t/)
    expect(await gh(`secret list ${repo}`)).toMatch(/^OTHER\t/)
    await gh(`secret delete DATABASE_URL --env qa ${repo}`)
    expect(await gh(`secret list --env qa ${repo}`)).not.toContain('DATABASE_URL')
  })

  it('repo deploy-key add, list, delete', async () => {
    const { gh, home } = await signIn()
    const key = join(home, 'agent.pub')
    writeFileSync(key, `${newPublicKey()} agent`)
    await gh(`repo deploy-key add ${key} --title agent ${repo}`)
    const [id, title, access] = (await gh(`repo deploy-key list ${repo}`)).split('\t')
    expect([title, access]).toEqual(['agent', 'read-only'])
    await gh(`repo deploy-key delete ${id} ${repo}`)
    expect(await gh(`repo deploy-key list ${repo}`)).not.toContain('agent')
  })
})
