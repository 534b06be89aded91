import { expect, it } from 'vitest'
import { at, openPlace } from './place.ts'

const here = ['-R', 'octo/hello']
const date = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)

/** Seven programs, on a machine that is busy with others. */
const slowMs = 60_000

it(
  'what is live can be rolled back, and where a commit is be asked',
  async () => {
    const { slipway, server, repository, octokit, sha, say } = await openPlace()
    const live = async (ref: string) => {
      const asked = { ...at, ref, environment: 'staging', auto_merge: false }
      const { data } = await octokit.repos.createDeployment(asked)
      if (!('id' in data)) throw new Error('it was not created')
      await say(data.id, 'success')
      return data.id
    }
    const first = await live('main')
    const back = ['rollback', ...here, '-e', 'staging']
    const [alone, unnamed] = await Promise.all([slipway(...back), slipway('rollback', ...here)])
    expect(alone).toMatchObject({ code: 1, stdout: '' })
    expect(alone.stderr).toContain('there is nothing to go back to')
    expect(unnamed).toMatchObject({ code: 2, stderr: expect.stringContaining('Back to what?') })

    const newer = await server.commit(repository, { files: { 'b.txt': 'two' } })
    const second = await live('main')
    const where = async (ref: string) => (await slipway('where', ref, ...here)).stdout.split('\n')
    const [old, fresh] = await Promise.all([where(sha), where(newer)])
    expect(old[0]?.split('\t')).toEqual([
      'staging',
      '',
      'live',
      String(second),
      newer,
      'main',
      date,
    ])
    expect(fresh).toEqual(old)

    const ran = await slipway(...back, '--description', 'It broke')
    expect(ran).toMatchObject({ code: 0, stdout: `${second + 1}\n` })
    const told = `✓ Created deployment ${second + 1}, back to deployment ${first}: main (${sha.slice(0, 7)})`
    expect(ran.stderr).toContain(told)
    await say(second + 1, 'success')
    const json = ['--json', 'environment,is_live']
    const [gone, byNumber] = await Promise.all([
      slipway('where', newer, ...here, ...json),
      slipway('deployment', 'rollback', String(second), ...here, '--json', 'sha,task'),
    ])
    expect(JSON.parse(gone.stdout)).toEqual([{ environment: 'staging', is_live: false }])
    expect(JSON.parse(byNumber.stdout)).toEqual({ sha: newer, task: 'rollback' })
  },
  slowMs,
)
