import { describe, expect, it } from 'vitest'
import { engines } from '../support/engines.ts'
import { refusalOf } from '../support/refusal.ts'
import { startServer } from '../support/server.ts'

/** https://docs.github.com/rest/actions/variables */

const at = { owner: 'octo', repo: 'hello' }
const qa = { ...at, environment_name: 'qa' }

async function open(engine = engines[0]) {
  const server = await startServer(engine ? { engine } : {})
  await server.user('octo')
  const repository = await server.repository('octo', 'hello')
  const octokit = await server.octokit('octo')
  await octokit.repos.createOrUpdateEnvironment(qa)
  const { actions } = octokit
  const create = (name: string, value = 'x') =>
    actions.createEnvironmentVariable({ ...qa, name, value })
  const readValue = async (name: string) =>
    (await actions.getEnvironmentVariable({ ...qa, name })).data.value
  return { repository, octokit, actions, create, readValue }
}

describe.each(engines)('a variable on %s', (engine) => {
  it('is made with 201 and {}, read, changed with 204, and deleted with 204', async () => {
    const { actions, create } = await open(engine)
    expect(await create('region', 'eu')).toMatchObject({ status: 201, data: {} })
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    const shown = { name: 'REGION', value: 'eu', created_at: time, updated_at: time }
    expect((await actions.getEnvironmentVariable({ ...qa, name: 'Region' })).data).toEqual(shown)
    const list = { total_count: 1, variables: [shown] }
    expect((await actions.listEnvironmentVariables(qa)).data).toEqual(list)
    const edit = { ...qa, name: 'REGION', value: 'us' }
    expect((await actions.updateEnvironmentVariable(edit)).status).toBe(204)
    const { data } = await actions.listEnvironmentVariables(qa)
    expect(data.variables).toMatchObject([{ name: 'REGION', value: 'us' }])
    const { status } = await actions.deleteEnvironmentVariable({ ...qa, name: 'region' })
    expect(status).toBe(204)
    const gone = actions.getEnvironmentVariable({ ...qa, name: 'REGION' })
    expect((await refusalOf(gone)).status).toBe(404)
  })

  it('is refused with 409 where there is one of the name, also a name that it is to have', async () => {
    const { octokit, create, readValue } = await open(engine)
    await create('region', 'eu')
    await create('zone', 'a')
    expect(await refusalOf(create('Region', 'us'))).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining('Already exists') },
    })
    const rename = (name: string) =>
      octokit.request('PATCH /repos/octo/hello/environments/qa/variables/zone', { name })
    expect((await refusalOf(rename('REGION'))).status).toBe(409)
    expect((await rename('place')).status).toBe(204)
    expect([await readValue('region'), await readValue('place')]).toEqual(['eu', 'a'])
  })
})

describe('variables', () => {
  it('are listed by tens, and at most thirty at a time', async () => {
    const { octokit, actions, create, repository } = await open()
    for (let n = 0; n < 31; n++) await create(`v${n}`)
    const { data, headers } = await actions.listEnvironmentVariables(qa)
    expect([data.total_count, data.variables.length]).toEqual([31, 10])
    const address = `/repositories/${repository.id}/environments/qa/variables`
    expect(headers.link).toContain(`${address}?page=2>; rel="next"`)
    expect(headers.link).toContain(`${address}?page=4>; rel="last"`)
    const most = await actions.listEnvironmentVariables({ ...qa, per_page: 100 })
    expect(most.data.variables).toHaveLength(30)
    expect(most.headers.link).toContain('page=2>; rel="last"')
    // As gh asks for them.
    const path = `/repositories/${repository.id}/environments/qa/variables?per_page=100`
    expect((await octokit.request(`GET ${path}`)).data.total_count).toBe(31)
  })

  it('of a repository are others than those of its environments', async () => {
    const { actions, create, readValue } = await open()
    await create('region', 'eu')
    await actions.createRepoVariable({ ...at, name: 'region', value: 'us' })
    await actions.updateRepoVariable({ ...at, name: 'region', value: 'asia' })
    expect((await actions.getRepoVariable({ ...at, name: 'region' })).data.value).toBe('asia')
    expect(await readValue('region')).toBe('eu')
    await actions.deleteRepoVariable({ ...at, name: 'region' })
    expect((await actions.listRepoVariables(at)).data.total_count).toBe(0)
  })

  it('go with their environment', async () => {
    const { octokit, actions, create } = await open()
    await create('region')
    await octokit.repos.deleteAnEnvironment(qa)
    expect((await refusalOf(create('region'))).status).toBe(404)
    await octokit.repos.createOrUpdateEnvironment(qa)
    expect((await actions.listEnvironmentVariables(qa)).data.total_count).toBe(0)
  })

  it('have names and values of bounded size and form', async () => {
    const { create, readValue } = await open()
    const largest = 'ä'.repeat(24 * 1024)
    await create('large', largest)
    expect(await readValue('large')).toBe(largest)
    await create('empty', '')
    expect(await readValue('empty')).toBe('')
    for (const [name, value] of [
      ['too_large', `${largest}x`],
      ['nul', 'a\0b'],
      ['1st', 'x'],
      ['GITHUB_SHA', 'x'],
      ['a-b', 'x'],
    ] as const) {
      expect((await refusalOf(create(name, value))).status).toBe(422)
    }
  })

  it.each(engines)('of a repository have at most 10 MB together, on %s', async (engine) => {
    const { actions } = await open(engine)
    const value = 'ä'.repeat(24 * 1024)
    const createAll = Array.from({ length: 213 }, (_, n) =>
      actions.createRepoVariable({ ...at, name: `v${n}`, value }),
    )
    await Promise.all(createAll)
    const rest = 10 * 1024 * 1024 - 213 * 48 * 1024
    await actions.createRepoVariable({ ...at, name: 'rest', value: 'x'.repeat(rest) })
    const refusal = { status: 422, body: { errors: [{ field: 'value' }] } }
    const more = actions.createRepoVariable({ ...at, name: 'more', value: 'x' })
    expect(await refusalOf(more)).toMatchObject(refusal)
    const longer = { ...at, name: 'rest', value: 'x'.repeat(rest + 1) }
    expect(await refusalOf(actions.updateRepoVariable(longer))).toMatchObject(refusal)
    expect((await actions.listRepoVariables(at)).data.total_count).toBe(214)
  })

  it('are at most 100 in an environment', async () => {
    const { create } = await open()
    for (let n = 0; n < 100; n++) await create(`v${n}`)
    expect(await refusalOf(create('one_more'))).toMatchObject({
      status: 422,
      body: { errors: [{ message: expect.stringContaining('100 variables') }] },
    })
    // `gh variable set` asks for a variable, and changes it when it is told that it is there.
    expect((await refusalOf(create('v1'))).status).toBe(409)
  })
})
