import { expect, it } from 'vitest'
import { refusalOf } from '../support/refusal.ts'
import { openOwn } from './own-place.ts'

/** Whether a ref would be deployed, asked before there is a deployment. */

it('whether a deployment would pass is told without making one', async () => {
  const { ask, protect, mona, sha, events } = await openOwn()
  const open = { ref: 'main', sha, deployable: true, verdicts: [] }
  expect((await ask('mona', 'GET production/deployability')).body).toMatchObject(open)
  expect((await ask('mona', 'GET new/deployability?ref=main')).body).toMatchObject(open)
  await protect({ reviewers: [{ type: 'User', id: mona.id }] })
  await ask('octo', 'PUT production/lock', { reason: 'Christmas' })
  expect((await ask('mona', 'GET production/deployability?ref=main')).body).toMatchObject({
    deployable: false,
    verdicts: [
      { gate: 'required_reviewers', verdict: 'wait', cleared_by: ['mona'], until: null },
      { gate: 'lock', verdict: 'wait', reason: 'Locked by octo: Christmas' },
    ],
  })
  expect((await ask('mona', 'GET production/deployability?ref=gone')).status).toBe(422)
  expect(await events()).toEqual([])
})

it('what is about the ref is told as well: merges, conflicts and checks', async () => {
  const { ask, as, at, server, repository, sha } = await openOwn()
  const change = (branch: string, text: string) =>
    server.commit(repository, { branch, files: { 'a.txt': text } })
  await server.commit(repository, { branch: 'topic', files: { 'b.txt': 'b' } })
  await change('clash', 'theirs')
  await change('main', 'ours')
  const told = async (query: string) => {
    const { body } = await ask('mona', `GET production/deployability?${query}`)
    return body.verdicts.map((one: Record<string, string>) => `${one['verdict']}: ${one['reason']}`)
  }
  expect(await told('ref=topic')).toEqual([
    expect.stringMatching(/^wait: main would be merged into topic/),
  ])
  expect(await told('ref=clash')).toEqual(['refuse: Conflict merging main into clash'])
  expect(await told(`ref=${sha}`)).toEqual([expect.stringMatching(/is behind main, and no branch/)])
  expect(await told('ref=clash&auto_merge=false')).toEqual([])
  const before = await as('octo').repos.getBranch({ ...at, branch: 'topic' })
  await as('mona').repos.createCommitStatus({ ...at, sha, context: 'lint', state: 'failure' })
  expect(await told(`ref=${sha}&auto_merge=false`)).toEqual([
    'refuse: Checks failed: lint (failure)',
  ])
  expect(await told(`ref=${sha}&auto_merge=false&required_contexts=`)).toEqual([])
  expect(await told('ref=main&required_contexts=ci,lint')).toEqual([
    'wait: Checks missing: ci, lint',
  ])
  const after = await as('octo').repos.getBranch({ ...at, branch: 'topic' })
  expect(after.data.commit.sha).toBe(before.data.commit.sha)
})

it('a refusal tells it beside what GitHub says, where the environment has gates', async () => {
  const { ask, deploy, server, repository } = await openOwn()
  await server.commit(repository, { branch: 'clash', files: { 'a.txt': 'theirs' } })
  await server.commit(repository, { branch: 'main', files: { 'a.txt': 'ours' } })
  const refused = async () => {
    const { status, body } = await refusalOf(deploy('mona', { ref: 'clash', auto_merge: true }))
    return { status, body: { ...(body as object) } }
  }
  const bare = await refused()
  expect(Object.keys(bare.body)).toEqual(['message', 'documentation_url', 'status'])
  await ask('octo', 'PUT production/lock', { reason: 'Christmas' })
  const { body } = await ask('mona', 'GET production/deployability?ref=clash&required_contexts=')
  expect(body.verdicts).toMatchObject([{ gate: 'auto_merge' }, { gate: 'lock' }])
  expect(await refused()).toEqual({ ...bare, body: { ...bare.body, deployability: body } })
})
