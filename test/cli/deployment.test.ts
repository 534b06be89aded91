import { describe, expect, it } from 'vitest'
import { run } from '../support/program.ts'
import { at, followOnTerminal, openPlace } from './place.ts'

const here = ['-R', 'octo/hello']

async function openWithDeployments() {
  const place = await openPlace()
  const ids: number[] = []
  for (const environment of ['staging', 'production']) {
    const body = { ...at, ref: 'main', environment, description: `to ${environment}` }
    const { data } = await place.octokit.repos.createDeployment(body)
    if (!('id' in data)) throw new Error('it was not created')
    ids.push(data.id)
  }
  const [older = 0, newer = 0] = ids
  await place.say(older, 'success', { environment_url: 'https://staging.example.com' })
  return { ...place, older, newer }
}

const date = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)

describe('slipway deployment list', () => {
  it('prints tabs, whole values and exact dates to a pipe, without headers', async () => {
    const { slipway, older, newer, sha } = await openWithDeployments()
    const { code, stdout } = await slipway('deployment', 'list', ...here)
    expect(code).toBe(0)
    expect(stdout.split('\n').map((line) => line.split('\t'))).toEqual([
      [String(newer), 'pending', 'production', 'main', sha, 'deploy', date],
      [String(older), 'success', 'staging', 'main', sha, 'deploy', date],
      [''],
    ])
  })

  it('filters and limits', async () => {
    const { slipway, older, newer } = await openWithDeployments()
    const idsOf = async (...flags: string[]) =>
      JSON.parse((await slipway('deployment', 'list', ...here, '--json', 'id', ...flags)).stdout)
    expect(await idsOf('--environment', 'staging')).toEqual([{ id: older }])
    expect(await idsOf('--limit', '1')).toEqual([{ id: newer }])
    expect(await idsOf('--ref', 'other')).toEqual([])
    const none = await slipway('deployment', 'list', ...here, '--task', 'other')
    expect(none).toEqual({ code: 0, stdout: '', stderr: 'No deployments found in octo/hello.\n' })
  })

  it('gives the fields that --json names, and names them when it is given none', async () => {
    const { slipway } = await openWithDeployments()
    const fields = ['deployment', 'list', ...here, '--json']
    const stated = await slipway(...fields, 'state,environment')
    expect(JSON.parse(stated.stdout)).toEqual([
      { state: 'pending', environment: 'production' },
      { state: 'success', environment: 'staging' },
    ])
    expect((await slipway(...fields)).stdout.split('\n')).toEqual(
      expect.arrayContaining(['environment', 'latest_status', 'state', 'sha']),
    )
    const unknown = await slipway(...fields, 'stat')
    expect(unknown).toMatchObject({ code: 2, stdout: '' })
    expect(unknown.stderr).toContain('--json has no field "stat". It has: created_at')
  })

  it('has headers and ages on a terminal', async () => {
    const place = await openWithDeployments()
    const { output, ended } = followOnTerminal(place, 'deployment', 'list', ...here)
    expect(await ended).toBe(0)
    expect(output()).toMatch(/ID +STATE +ENVIRONMENT +REF +COMMIT +TASK +CREATED/)
    expect(output()).toMatch(/✓\S* success +staging .* ago/)
  })
})

describe('slipway deployment view', () => {
  it('shows a deployment and its statuses', async () => {
    const { slipway, older, sha } = await openWithDeployments()
    const { stdout } = await slipway('deployment', 'view', String(older), ...here)
    const lines = stdout.split('\n').slice(0, -1)
    expect(lines).toEqual(
      expect.arrayContaining([
        `deployment\t${older}`,
        'state\tsuccess',
        `commit\t${sha}`,
        'description\tto staging',
        'creator\tocto',
        'site\thttps://staging.example.com',
      ]),
    )
    expect(lines.at(-1)).toMatch(/^status\tsuccess\t\t\d{4}-.*Z\t$/)
    const json = await slipway('deployment', 'view', String(older), ...here, '--json', 'statuses')
    expect(JSON.parse(json.stdout)).toMatchObject({ statuses: [{ state: 'success' }] })
  })

  it('fails for one that is not there', async () => {
    const { slipway } = await openPlace()
    const ran = await slipway('deployment', 'view', '999', ...here)
    expect(ran).toMatchObject({ code: 1, stdout: '' })
    expect(ran.stderr).toContain('Not found, or the token may not see it')
    expect(await slipway('deployment', 'view', 'x', ...here)).toMatchObject({ code: 2 })
  })

  it('asks a stranger to sign in for a private one', async () => {
    const { server, env } = await openPlace()
    await server.repository('octo', 'secret', { private: true })
    const words = ['deployment', 'view', '1', '-R', 'octo/secret']
    const ran = await run(words, { env: { ...env, SLIPWAY_TOKEN: '' } })
    expect(ran).toMatchObject({ code: 4 })
    expect(ran.stderr).toContain('You are not signed in')
  })
})

describe('slipway deployment status', () => {
  it('sets a state with its addresses, and lists them newest first', async () => {
    const { slipway, newer, octokit } = await openWithDeployments()
    const flags = ['--description', 'Publishing', '--log-url', 'https://ci.example.com/1']
    const set = ['deployment', 'status', 'set', String(newer), ...here]
    const ran = await slipway(...set, '--state', 'in_progress', ...flags)
    expect(ran).toEqual({
      code: 0,
      stdout: '',
      stderr: `+ Deployment ${newer} of octo/hello is now in_progress\n`,
    })
    await slipway(...set, '--state', 'success', '--environment', 'live', '--no-auto-inactive')
    const listed = await slipway('deployment', 'status', 'list', String(newer), ...here)
    const rows = listed.stdout.trimEnd().split('\n')
    expect(rows.map((row) => row.split('\t')[0])).toEqual(['success', 'in_progress'])
    const { data } = await octokit.repos.getDeployment({ ...at, deployment_id: newer })
    expect(data).toMatchObject({ environment: 'live', original_environment: 'production' })
  })

  it('refuses a state that GitHub does not take, and says which it takes', async () => {
    const { slipway, newer } = await openWithDeployments()
    const set = ['deployment', 'status', 'set', String(newer), ...here, '--state']
    const ran = await slipway(...set, 'done')
    expect(ran).toMatchObject({ code: 2 })
    expect(ran.stderr).toContain('in_progress, queued, pending, success')
    const long = await slipway(...set, 'success', '--description', 'x'.repeat(141))
    expect(long).toMatchObject({ code: 1 })
    expect(long.stderr).toContain('description is too long (maximum is 140 characters)')
  })
})
