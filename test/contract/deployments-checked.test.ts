import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { payloadsOf } from '../support/events.ts'
import { refusalOf } from '../support/refusal.ts'
import { startServer } from '../support/server.ts'

/** What stands between a request and its deployment: `auto_merge` and `required_contexts`. */

const at = { owner: 'octo', repo: 'hello' }
const documentation_url = 'https://docs.github.com/rest/deployments/deployments#create-a-deployment'

async function open() {
  const server = await startServer()
  await server.user('octo')
  const repository = await server.repository('octo', 'hello')
  const commit = (branch: string, files: Record<string, string>) =>
    server.commit(repository, { branch, files })
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', server.app.git.path(repository.id), ...args])
      .toString()
      .trim()
  const octokit = await server.octokit('octo')
  const narrow = await server.octokit('octo', ['repo_deployment'])
  const deploy = (body: object) => octokit.repos.createDeployment({ ...at, ref: 'topic', ...body })
  const events = (name: string) => payloadsOf(server.app, repository.id, name)
  return { octokit, narrow, commit, git, deploy, events }
}

/** `topic` has a commit of its own, and `main` has gone on. */
async function openBehind() {
  const opened = await open()
  await opened.commit('main', { 'a.txt': 'one' })
  const topic = await opened.commit('topic', { 'b.txt': 'two' })
  const main = await opened.commit('main', { 'c.txt': 'three' })
  return { ...opened, topic, main }
}

describe('auto_merge', () => {
  it('merges the default branch into a branch that is behind, and deploys nothing', async () => {
    const { deploy, git, events, topic, main, octokit } = await openBehind()
    const { status, data } = await deploy({})
    expect(status).toBe(202)
    expect(data).toEqual({ message: 'Auto-merged main into topic on deployment.' })
    expect(git('log', '-1', '--format=%P|%s|%an|%ae', 'topic')).toBe(
      `${topic} ${main}|Auto-merged main into topic on deployment.|octo|1+octo@users.noreply.127.0.0.1`,
    )
    expect((await octokit.repos.listDeployments(at)).data).toEqual([])
    expect(await events('deployment')).toEqual([])
    expect(await events('push')).toMatchObject([
      { ref: 'refs/heads/topic', before: topic, after: git('rev-parse', 'topic') },
    ])
  })

  it('pushes no code for a token that may not: repo_deployment is told what to do instead', async () => {
    const { narrow, git, topic } = await openBehind()
    const asked = { ...at, ref: 'topic', required_contexts: [] }
    const refused = await refusalOf(narrow.repos.createDeployment(asked))
    expect(refused).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('Send "auto_merge": false to deploy topic') },
    })
    expect(git('rev-parse', 'topic')).toBe(topic)
    const created = await narrow.repos.createDeployment({ ...asked, auto_merge: false })
    expect(created.status).toBe(201)
  })

  it('deploys the merge when asked again', async () => {
    const { deploy, git } = await openBehind()
    await deploy({ ref: 'refs/heads/topic' })
    const { status, data } = await deploy({})
    expect(status).toBe(201)
    expect(data).toMatchObject({ sha: git('rev-parse', 'topic') })
  })

  it('says the ref as it was sent', async () => {
    const { deploy } = await openBehind()
    const { data } = await deploy({ ref: 'refs/heads/topic' })
    expect(data).toEqual({ message: 'Auto-merged main into refs/heads/topic on deployment.' })
  })

  it('leaves a branch alone when told so, and one that is only ahead', async () => {
    const { deploy, topic, commit } = await openBehind()
    expect((await deploy({ auto_merge: false })).data).toMatchObject({ sha: topic })
    const ahead = await commit('main', { 'd.txt': 'four' })
    expect((await deploy({ ref: 'main' })).data).toMatchObject({ sha: ahead })
  })

  it('is a conflict where both changed the same, and for a sha or a tag that is behind', async () => {
    const { deploy, git, commit, topic } = await openBehind()
    git('tag', 'v1', topic)
    for (const ref of [topic, 'v1', topic.slice(0, 10)]) {
      expect(await refusalOf(deploy({ ref }))).toEqual({
        status: 409,
        body: { message: `Conflict merging main into ${ref}.`, documentation_url, status: '409' },
      })
    }
    await commit('topic', { 'c.txt': 'mine' })
    expect((await refusalOf(deploy({}))).body).toEqual({
      message: 'Conflict merging main into topic.',
      documentation_url,
      status: '409',
    })
    expect((await deploy({ ref: topic, auto_merge: false })).status).toBe(201)
  })

  it('lets one of many win and tells the others the truth', async () => {
    const { deploy, git } = await openBehind()
    const answers = await Promise.all(Array.from({ length: 8 }, () => deploy({})))
    const merges = answers.filter(({ status }) => status === 202)
    expect(merges).toHaveLength(1)
    expect(git('rev-list', '--count', '--merges', 'topic')).toBe('1')
  })
})

describe('required_contexts', () => {
  async function openWith(states: Record<string, 'success' | 'failure' | 'pending'>) {
    const opened = await open()
    const sha = await opened.commit('main', { 'a.txt': 'one' })
    const report = (context: string, state: 'success' | 'failure' | 'pending') =>
      opened.octokit.repos.createCommitStatus({ ...at, sha, context, state })
    for (const [context, state] of Object.entries(states)) await report(context, state)
    const deploy = (body: object) => opened.deploy({ ref: 'main', ...body })
    return { ...opened, deploy, report }
  }

  it('absent: all there are must succeed, and the refusal lists all', async () => {
    const { deploy, report } = await openWith({ build: 'success', lint: 'pending' })
    expect(await refusalOf(deploy({}))).toEqual({
      status: 409,
      body: {
        message: 'Conflict: Commit status checks failed for main.',
        errors: [
          {
            contexts: expect.arrayContaining([
              { context: 'build', state: 'success' },
              { context: 'lint', state: 'pending' },
            ]),
            resource: 'Deployment',
            field: 'required_contexts',
            code: 'invalid',
          },
        ],
        documentation_url,
        status: '409',
      },
    })
    await report('lint', 'success')
    expect((await deploy({})).status).toBe(201)
  })

  it('absent and nothing reported: passes', async () => {
    const { deploy } = await openWith({})
    expect((await deploy({})).status).toBe(201)
  })

  it('empty: nothing is checked', async () => {
    const { deploy } = await openWith({ build: 'failure' })
    expect((await deploy({ required_contexts: [] })).status).toBe(201)
  })

  it('a list: these must be there and succeed; what is not there is not listed', async () => {
    const { deploy } = await openWith({ build: 'success', lint: 'failure' })
    expect((await deploy({ required_contexts: ['build'] })).status).toBe(201)
    const { body } = await refusalOf(deploy({ required_contexts: ['build', 'never'] }))
    expect(body).toMatchObject({
      errors: [{ contexts: [{ context: 'build', state: 'success' }] }],
    })
  })

  it('comes after auto_merge', async () => {
    const { deploy, commit, octokit } = await openWith({})
    const sha = await commit('topic', { 'b.txt': 'two' })
    await commit('main', { 'c.txt': 'three' })
    await octokit.repos.createCommitStatus({ ...at, sha, state: 'failure' })
    expect((await deploy({ ref: 'topic' })).status).toBe(202)
  })
})
