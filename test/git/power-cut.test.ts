import { existsSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openGit } from '../../src/git/git.ts'
import { startLateFlush } from '../../src/git/late-flush/late-flush.ts'
import { putMark } from '../../src/git/late-flush/queries.ts'
import { silentLog } from '../../src/lib/log.ts'
import { openStore } from '../../src/store/store.ts'
import { startServer } from '../support/server.ts'

const at = { owner: 'octo', repo: 'hello' }
const refs = {
  empty: 'refs/tags/empty',
  gone: 'refs/tags/gone',
  zeros: 'refs/heads/below/zeros',
  moved: 'refs/heads/moved',
  removed: 'refs/tags/removed',
  byHand: 'refs/tags/by-hand',
  whole: 'refs/tags/whole',
}

/** What a server left that made these refs and then ended, none of them known to be on the disk. */
async function open() {
  const server = await startServer()
  await server.user('octo')
  const repository = await server.repository('octo', 'hello')
  const first = await server.commit(repository, { files: { a: '1' } })
  const second = await server.commit(repository, { files: { a: '2' } })
  const octokit = await server.octokit('octo')
  const shortOf = (ref: string) => ref.replace('refs/', '')
  for (const ref of Object.values(refs)) await octokit.git.createRef({ ...at, ref, sha: first })
  await octokit.git.updateRef({ ...at, ref: shortOf(refs.moved), sha: second })
  await octokit.git.deleteRef({ ...at, ref: shortOf(refs.removed) })
  await server.stop()

  const store = await openStore(join(server.data, 'slipway.db'))
  onTestFinished(() => store.close())
  const git = await openGit({ root: join(server.data, 'repositories'), log: silentLog })
  onTestFinished(() => git.close())
  await store.transaction((tx) => tx.all(putMark, { value: 'one-boot 0' }))
  const start = async (boot: string) => {
    const flushing = await startLateFlush({ store, git, log: silentLog }, boot)
    onTestFinished(() => flushing[Symbol.asyncDispose]())
  }
  const shaOf = async (ref: string) => (await git.ref(repository.id, ref))?.sha
  const fileOf = (ref: string) => join(git.path(repository.id), ref)
  return { first, second, git, repository, start, shaOf, fileOf }
}

it('a power cut takes no ref that was acknowledged', async () => {
  const { first, second, git, repository, start, shaOf, fileOf } = await open()
  truncateSync(fileOf(refs.empty))
  rmSync(fileOf(refs.gone))
  writeFileSync(fileOf(refs.zeros), Buffer.alloc(41))
  writeFileSync(fileOf(refs.moved), `${first}\n`)
  writeFileSync(fileOf(refs.removed), `${first}\n`)
  writeFileSync(fileOf(refs.byHand), `${second}\n`)
  const stray = 'refs/heads/never-acknowledged'
  writeFileSync(fileOf(stray), '')

  await start('another-boot')
  for (const ref of [refs.empty, refs.gone, refs.zeros, refs.whole]) {
    expect(await shaOf(ref)).toBe(first)
  }
  expect(await shaOf(refs.moved)).toBe(second)
  expect(await shaOf(refs.removed)).toBeUndefined()
  expect(await shaOf(refs.byHand)).toBe(second)
  expect(existsSync(fileOf(stray))).toBe(false)
  const change = { ref: stray, before: '0'.repeat(40), after: first }
  expect(await git.changeRef(repository.id, change)).toBe('changed')
})

it('a server that is started again on a machine that ran on believes the disk', async () => {
  const { start, shaOf, fileOf } = await open()
  rmSync(fileOf(refs.gone))
  await start('one-boot')
  expect(await shaOf(refs.gone)).toBeUndefined()
})
