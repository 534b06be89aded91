import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/engines.ts'
import { run } from '../support/program.ts'
import { at, openPlace } from './place.ts'

const git = (folder: string, ...args: string[]) => execFileSync('git', args, { cwd: folder })

describe('slipway deploy', () => {
  it('prints the number alone on standard output and says what it did beside it', async () => {
    const { slipway, octokit, sha } = await openPlace()
    const flags = ['--ref', 'main', '-e', 'staging', '--task', 'deploy:docs', '--transient']
    const ran = await slipway('deploy', 'octo/hello', ...flags, '--payload', '{"to":7}')
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\n$/) })
    const short = sha.slice(0, 7)
    const id = Number(ran.stdout)
    expect(ran.stderr).toContain(
      `✓ Created deployment ${id}: main (${short}) to staging in octo/hello`,
    )
    expect(ran.stderr).toContain(`slipway deployment watch ${id} --repo octo/hello`)
    const { data } = await octokit.repos.getDeployment({ ...at, deployment_id: id })
    expect(data).toMatchObject({
      sha,
      environment: 'staging',
      task: 'deploy:docs',
      payload: { to: 7 },
      transient_environment: true,
      production_environment: false,
    })
  })

  it('takes repository and branch from the folder it runs in', async () => {
    const { env, octokit, server, repository } = await openPlace()
    const tip = await server.commit(repository, { branch: 'topic', files: { 'b.txt': 'two' } })
    const folder = temporaryFolder()
    git(folder, 'clone', '-q', '-b', 'topic', server.app.git.path(repository.id), '.')
    git(folder, 'remote', 'set-url', 'origin', 'ssh://git@127.0.0.1:2222/octo/hello.git')
    const ran = await run(['deploy', '-e', 'staging', '--json', 'ref,sha'], { env, cwd: folder })
    expect(JSON.parse(ran.stdout)).toEqual({ ref: 'topic', sha: tip })
    git(folder, 'checkout', '-q', '--detach')
    const detached = await run(['deployment', 'create', '-e', 'qa'], { env, cwd: folder })
    expect(detached.code).toBe(0)
    expect((await octokit.repos.listDeployments(at)).data[0]).toMatchObject({ ref: tip })
    const other = await run(['deploy', 'octo/other', '-e', 'qa'], { env, cwd: folder })
    expect(other).toMatchObject({ code: 2, stdout: '' })
    expect(other.stderr).toContain('Which ref? Pass --ref')
  })

  it('reads the payload from a file and from standard input, and the token too, but not both', async () => {
    const { octokit, token, env } = await openPlace()
    const file = join(temporaryFolder(), 'payload.json')
    writeFileSync(file, '"as it is"')
    const words = ['deploy', 'octo/hello', '--ref', 'main', '-e', 'qa', '--payload']
    const withToken = { env: { SLIPWAY_API_URL: env['SLIPWAY_API_URL'] ?? '' }, input: token }
    expect((await run([...words, `@${file}`, '--token-stdin'], withToken)).code).toBe(0)
    expect((await run([...words, '-'], { env, input: '{"a":[1]}' })).code).toBe(0)
    const { data } = await octokit.repos.listDeployments(at)
    expect(data.map(({ payload }) => payload)).toEqual([{ a: [1] }, 'as it is'])
    const both = await run([...words, '-', '--token-stdin'], withToken)
    expect(both).toMatchObject({ code: 2 })
    expect(both.stderr).toContain('not both')
    const broken = await run([...words, '{to: 7}'], { env })
    expect(broken).toMatchObject({ code: 2 })
    expect(broken.stderr).toContain('The payload is not JSON')
  })

  it('says that the default branch was merged first, and asks again', async () => {
    const { slipway, server, repository, octokit } = await openPlace()
    await server.commit(repository, { branch: 'topic', files: { 'b.txt': 'topic' } })
    await server.commit(repository, { branch: 'main', files: { 'c.txt': 'main' } })
    const ran = await slipway('deploy', 'octo/hello', '--ref', 'topic', '-e', 'qa')
    expect(ran.stderr).toContain('! Auto-merged main into topic on deployment. Asking again.')
    expect(ran.code).toBe(0)
    const { data } = await octokit.repos.getBranch({ ...at, branch: 'topic' })
    expect((await octokit.repos.listDeployments(at)).data).toMatchObject([{ sha: data.commit.sha }])
  })

  it('says what to do about a merge that conflicts', async () => {
    const { slipway, server, repository } = await openPlace()
    await server.commit(repository, { branch: 'topic', files: { 'b.txt': 'topic' } })
    await server.commit(repository, { branch: 'main', files: { 'b.txt': 'main' } })
    const words = ['deploy', 'octo/hello', '--ref', 'topic', '-e', 'qa']
    const ran = await slipway(...words)
    expect(ran).toMatchObject({ code: 1, stdout: '' })
    expect(ran.stderr).toContain('Conflict merging main into topic.')
    expect(ran.stderr).toContain('--no-auto-merge')
    expect((await slipway(...words, '--no-auto-merge')).code).toBe(0)
  })

  it('lists the contexts that failed and those that were never reported', async () => {
    const { slipway, octokit, sha } = await openPlace()
    await octokit.repos.createCommitStatus({ ...at, sha, state: 'failure', context: 'ci/test' })
    await octokit.repos.createCommitStatus({ ...at, sha, state: 'success', context: 'ci/lint' })
    const words = ['deploy', 'octo/hello', '--ref', 'main', '-e', 'qa', '--required-contexts']
    const ran = await slipway(...words, 'ci/test,ci/lint,security')
    expect(ran).toMatchObject({ code: 1, stdout: '' })
    expect(ran.stderr).toContain('Conflict: Commit status checks failed for main.')
    expect(ran.stderr).toContain('  ✗ ci/test: failure\n  - security: never reported\n')
    expect(ran.stderr).not.toContain('ci/lint')
    expect((await slipway(...words, 'none')).code).toBe(0)
  })

  it('ends with 1 when the server refuses and with 2 when it is misused', async () => {
    const { slipway } = await openPlace()
    const words = ['deploy', 'octo/hello', '-e', 'qa', '--ref']
    const unknown = await slipway(...words, 'nowhere')
    expect(unknown).toMatchObject({ code: 1, stdout: '' })
    expect(unknown.stderr).toContain('No ref found for: nowhere')
    expect(await slipway('deploy', 'octo/hello', '--ref', 'main')).toMatchObject({ code: 2 })
    expect(await slipway(...words, 'main', '--timeout', 'soon')).toMatchObject({ code: 2 })
  })

  it('ends with 4 without a token and with one that the server does not know', async () => {
    const { env } = await openPlace()
    const words = ['deploy', 'octo/hello', '-e', 'qa', '--ref', 'main']
    const stranger = await run(words, { env: { ...env, SLIPWAY_TOKEN: '' } })
    expect(stranger).toMatchObject({ code: 4, stdout: '' })
    expect(stranger.stderr).toContain('Put a token in SLIPWAY_TOKEN')
    const wrong = await run(words, { env: { ...env, SLIPWAY_TOKEN: 'slp_wrong' } })
    expect(wrong).toMatchObject({ code: 4, stdout: '' })
    expect(wrong.stderr).toContain('does not accept the token')
    expect(wrong.stderr).not.toContain('slp_wrong')
  })
})
