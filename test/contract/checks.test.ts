import { Octokit } from '@octokit/rest'
import { describe, expect, it } from 'vitest'
import { installedApp } from '../support/apps.ts'
import { engines } from '../support/engines.ts'
import { payloadsOf } from '../support/events.ts'
import { refusalOf } from '../support/refusal.ts'
import { startServer } from '../support/server.ts'

/** What Apps say of commits, and what a deployment makes of it (contract 9.2 and 9.3). */

const at = { owner: 'octo', repo: 'hello' }

async function open(engine: (typeof engines)[number] = 'sqlite') {
  const server = await startServer({ engine })
  await server.user('octo')
  const repository = await server.repository('octo', 'hello')
  const sha = await server.commit(repository, { files: { 'a.txt': 'one' } })
  const permissions = { checks: 'write', contents: 'read' } as const
  const installed = await installedApp(server, { permissions })
  const as = (auth: string) => new Octokit({ baseUrl: server.apiUrl, auth })
  return {
    server,
    repository,
    sha,
    installed,
    app: as(installed.token).checks,
    octo: await server.octokit('octo'),
    other: async () =>
      as((await installedApp(server, { slug: 'other', permissions })).token).checks,
    events: (name: string) => payloadsOf(server.app, repository.id, name),
  }
}

describe.each(engines)('check runs on %s', (engine) => {
  it('go from queued to completed, with output and annotations, and are told of', async () => {
    const { app, sha, events, octo, installed } = await open(engine)
    const { data: run, status } = await app.create({ ...at, name: 'build', head_sha: sha })
    expect(status).toBe(201)
    expect(run).toMatchObject({
      status: 'queued',
      conclusion: null,
      head_sha: sha,
      app: { slug: 'robot', owner: { login: 'octo' } },
      output: { title: null, annotations_count: 0 },
    })
    const annotation = {
      path: 'a.txt',
      start_line: 1,
      end_line: 2,
      annotation_level: 'warning' as const,
      message: 'Look here',
    }
    const output = { title: 'Built', summary: 'All of it', annotations: [annotation] }
    const done = { conclusion: 'success', output } as const
    const { data: after } = await app.update({ ...at, check_run_id: run.id, ...done })
    expect(after).toMatchObject({ status: 'completed', conclusion: 'success' })
    expect(after.completed_at).not.toBeNull()
    expect(after.output).toMatchObject({ title: 'Built', annotations_count: 1 })
    const told = await octo.checks.listAnnotations({ ...at, check_run_id: run.id })
    expect(told.data).toMatchObject([{ ...annotation, title: null, raw_details: null }])

    expect((await events('check_run')).map(({ action }) => action)).toEqual([
      'created',
      'completed',
    ])
    expect((await events('check_suite')).map(({ action }) => action)).toEqual([
      'requested',
      'completed',
    ])
    expect((await events('check_run'))[0]).toMatchObject({
      sender: { login: 'robot[bot]', type: 'Bot' },
      check_run: { app: { id: installed.app.id } },
    })
  })

  it('of a commit are listed by ref, newest of each name, or all; by suite as well', async () => {
    const { app, sha, octo } = await open(engine)
    for (const conclusion of ['failure', 'success'] as const) {
      await app.create({ ...at, name: 'build', head_sha: sha, conclusion })
    }
    const { data: lint } = await app.create({ ...at, name: 'lint', head_sha: sha })
    const names = async (query: object) => {
      const { data } = await octo.checks.listForRef({ ...at, ref: 'main', ...query })
      expect(data.total_count).toBe(data.check_runs.length)
      return data.check_runs.map(({ name, conclusion }) => `${name} ${conclusion}`)
    }
    expect(await names({})).toEqual(['lint null', 'build success'])
    expect(await names({ filter: 'all' })).toEqual(['lint null', 'build success', 'build failure'])
    expect(await names({ check_name: 'LINT' })).toEqual(['lint null'])
    expect(await names({ status: 'completed' })).toEqual(['build success'])
    expect(await names({ app_id: 999 })).toEqual([])

    const slashed = 'GET /repos/octo/hello/commits/heads/main/check-runs'
    expect((await octo.request(slashed)).data).toMatchObject({ total_count: 2 })

    const suites = await octo.checks.listSuitesForRef({ ...at, ref: sha })
    expect(suites.data.check_suites).toMatchObject([
      { id: lint.check_suite?.id, status: 'in_progress', latest_check_runs_count: 2 },
    ])
    const inSuite = { ...at, check_suite_id: lint.check_suite?.id ?? 0 }
    expect((await octo.checks.listForSuite(inSuite)).data.total_count).toBe(2)
    expect((await octo.checks.getSuite(inSuite)).data.head_commit.id).toBe(sha)
  })
})

describe('check runs', () => {
  it('are written by Apps alone, and changed by the App that made them', async () => {
    const { app, octo, other, sha } = await open()
    const wanted = { ...at, name: 'build', head_sha: sha }
    expect(await refusalOf(octo.checks.create(wanted))).toMatchObject({
      status: 403,
      body: { message: 'You must authenticate via a GitHub App.' },
    })
    const { data } = await app.create(wanted)
    const edit = { ...at, check_run_id: data.id, status: 'in_progress' } as const
    expect(await refusalOf((await other()).update(edit))).toMatchObject({ status: 403 })
  })

  it('that are complete say how they ended', async () => {
    const { app, sha } = await open()
    const wanted = { ...at, name: 'build', head_sha: sha, status: 'completed' } as const
    expect(await refusalOf(app.create(wanted as never))).toMatchObject({
      status: 422,
      body: { errors: [{ resource: 'CheckRun', field: 'conclusion', code: 'missing_field' }] },
    })
    expect(await refusalOf(app.create({ ...at, name: 'x', head_sha: 'main' }))).toMatchObject({
      status: 422,
      body: { message: 'No commit found for SHA: main' },
    })
  })

  it('take a change of their output without its title, which stays', async () => {
    const { app, sha } = await open()
    const output = { title: 'Building', summary: 'Half of it' }
    const { data: run } = await app.create({ ...at, name: 'build', head_sha: sha, output })
    const change = { ...at, check_run_id: run.id }
    const { data: after } = await app.update({ ...change, output: { summary: 'All of it' } })
    expect(after.output).toMatchObject({ title: 'Building', summary: 'All of it' })
    const untitled = app.create({
      ...{ ...at, name: 'test', head_sha: sha },
      // @ts-expect-error GitHub wants a title for the first output of a run.
      output: { summary: 'All of it' },
    })
    const message = 'Invalid request.\n\n"title" wasn\'t supplied.'
    expect((await refusalOf(untitled)).body).toMatchObject({ message })
  })

  it('and suites are asked for again by an event, their suite is queued and the run as it was', async () => {
    const { app, other, sha, events } = await open()
    const { data } = await app.create({
      ...at,
      name: 'build',
      head_sha: sha,
      conclusion: 'failure',
    })
    const one = { ...at, check_run_id: data.id }
    expect((await refusalOf((await other()).rerequestRun(one))).status).toBe(403)
    expect((await app.rerequestRun(one)).status).toBe(201)
    const suite = { ...at, check_suite_id: data.check_suite?.id ?? 0 }
    const queued = { status: 'queued', conclusion: null }
    expect((await app.getSuite(suite)).data).toMatchObject(queued)
    expect((await app.get(one)).data).toMatchObject({ status: 'completed', conclusion: 'failure' })
    expect((await events('check_run')).at(-1)).toMatchObject({ action: 'rerequested' })
    await app.update({ ...one, conclusion: 'success' })
    expect((await app.getSuite(suite)).data.conclusion).toBe('success')
    expect((await app.rerequestSuite(suite)).status).toBe(201)
    expect((await events('check_suite')).at(-1)).toMatchObject({ action: 'rerequested' })
  })

  it('are in one suite for a commit and an App', async () => {
    const { app, sha } = await open()
    expect((await app.createSuite({ ...at, head_sha: sha })).status).toBe(201)
    const again = await app.createSuite({ ...at, head_sha: sha })
    expect(again.status).toBe(200)
    const { data } = await app.create({ ...at, name: 'build', head_sha: sha })
    expect(data.check_suite?.id).toBe(again.data.id)
  })

  it('are asked of an App by a suite for each push, unless the repository prefers not to', async () => {
    const { server, repository, sha, octo, app, installed, events } = await open()
    const push = (branch: string, head: string) =>
      octo.git.createRef({ ...at, ref: `refs/heads/${branch}`, sha: head })
    await push('topic', sha)
    const { data } = await octo.checks.listSuitesForRef({ ...at, ref: sha })
    expect(data.check_suites).toMatchObject([
      { status: 'queued', conclusion: null, head_branch: 'topic', app: { slug: 'robot' } },
    ])
    expect((await app.createSuite({ ...at, head_sha: sha })).status).toBe(200)
    expect(await events('check_suite')).toMatchObject([
      {
        action: 'requested',
        check_suite: { head_sha: sha, latest_check_runs_count: 0, head_commit: { id: sha } },
        sender: { login: 'octo' },
      },
    ])
    await push('same', sha)
    const auto_trigger_checks = [{ app_id: installed.app.id, setting: false }]
    await octo.checks.setSuitesPreferences({ ...at, auto_trigger_checks })
    await push('next', await server.commit(repository, { files: { 'a.txt': 'two' } }))
    expect(await events('check_suite')).toHaveLength(1)
  })

  it('keep what a repository prefers for each App', async () => {
    const { octo, installed } = await open()
    const auto_trigger_checks = [{ app_id: installed.app.id, setting: false }]
    const { data } = await octo.checks.setSuitesPreferences({ ...at, auto_trigger_checks })
    expect(data.preferences).toEqual({ auto_trigger_checks })
  })
})

describe('required_contexts', () => {
  it('are check runs as well as statuses, and a run that is not complete is pending', async () => {
    const { app, octo, sha } = await open()
    const deploy = (body: object = {}) => octo.repos.createDeployment({ ...at, ref: sha, ...body })
    const { data: run } = await app.create({ ...at, name: 'build', head_sha: sha })
    expect(await refusalOf(deploy())).toMatchObject({
      status: 409,
      body: { errors: [{ contexts: [{ context: 'build', state: 'pending' }] }] },
    })
    await app.update({ ...at, check_run_id: run.id, conclusion: 'success' })
    expect((await deploy({ required_contexts: ['build'] })).status).toBe(201)
  })

  it('fail for what ended as neutral or skipped, unless the repository lets it pass', async () => {
    const { app, octo, sha, server } = await open()
    await app.create({ ...at, name: 'docs', head_sha: sha, conclusion: 'skipped' })
    const deploy = () => octo.repos.createDeployment({ ...at, ref: sha })
    expect(await refusalOf(deploy())).toMatchObject({
      body: { errors: [{ contexts: [{ context: 'docs', state: 'skipped' }] }] },
    })
    const baseUrl = `${server.url}/api/slipway/v1`
    const settings = async (edit: Record<string, boolean>) =>
      (await octo.request('PATCH /repos/octo/hello/settings', { baseUrl, ...edit })).data
    expect(await settings({})).toEqual({ neutral_checks_pass: false })
    expect(await settings({ neutral_checks_pass: true })).toEqual({ neutral_checks_pass: true })
    expect((await deploy()).status).toBe(201)
  })
})
