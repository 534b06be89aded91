import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { request } from 'undici'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../support/engines.ts'
import { run, serve, until } from '../support/program.ts'

const oneByOne = 12
const atOnce = 24
/** Made after them, one by one: git does not flush these, their record is what counts. */
const tags = 4

it('acknowledges nothing before the system has put it on the disk', {
  timeout: 60_000,
}, async () => {
  const folder = temporaryFolder()
  const data = join(folder, 'data')
  const trace = join(folder, 'trace')
  const server = await serve(data, { through: traced(trace), args: ['--log-level', 'error'] })
  await run(['user', 'create', 'octo', '--data', data])
  const scopes = ['--scopes', 'repo', '--data', data]
  const token = (await run(['token', 'create', '--user', 'octo', ...scopes])).stdout.trim()
  const post = async (path: string, body: object) => {
    const headers = { authorization: `token ${token}`, 'user-agent': 'test' }
    const url = `${server.apiUrl}${path}`
    const answer = await request(url, { method: 'POST', headers, body: JSON.stringify(body) })
    await answer.body.dump()
    expect(answer.statusCode).toBe(201)
  }
  const deploy = (n: number) =>
    post('/repos/octo/hello/deployments', { ref: 'main', description: `mark-${n}.` })
  await post('/user/repos', { name: 'hello', auto_init: true })
  const sha = execFileSync('git', ['rev-parse', 'main'], { cwd: `${data}/repositories/1.git` })
  const tag = (n: number) =>
    post('/repos/octo/hello/git/refs', { ref: `refs/tags/mark-${n}.x`, sha: `${sha}`.trim() })
  for (let n = 0; n < oneByOne; n += 1) await deploy(n)
  await Promise.all(Array.from({ length: atOnce }, (_, n) => deploy(oneByOne + n)))
  for (let n = 0; n < tags; n += 1) await tag(oneByOne + atOnce + n)
  await until(() => /syncfs\(.*repositories>\) += 0/.test(readFileSync(trace, 'utf8')))
  await server.stop()
  await until(() => /\+\+\+ exited with 0/.test(readFileSync(trace, 'utf8')))

  const { acknowledged, early, flushes } = readTrace(readFileSync(trace, 'utf8'))
  expect(acknowledged).toBe(oneByOne + atOnce + tags)
  expect(early).toEqual([])
  // Nobody shared a flush with those that came one by one.
  expect(flushes).toBeGreaterThanOrEqual(oneByOne + tags)
})

/** Bytes of a call that are written down: a page of the database, an answer with its headers. */
const shownMax = 5000

/** The server, with its system calls written down by a process beside it. */
function traced(file: string): string[] {
  try {
    execFileSync('strace', ['-V'], { stdio: 'ignore' })
  } catch {
    throw new Error('strace is missing: apt-get install -y strace')
  }
  const calls = 'trace=pwrite64,write,writev,fdatasync,fsync,syncfs'
  return ['strace', '-D', '-f', '-y', '-s', String(shownMax), '-e', calls, '-o', file]
}

/**
 * Goes through the calls in order. A deployment is in the log when a page with its mark is
 * (`pwrite64`), and on the disk when a flush that began afterwards has returned 0. A 201 with its
 * mark before that is early.
 */
function readTrace(trace: string) {
  const writtenAt = new Map<string, number>()
  const begunAt = new Map<string, number>()
  let flushedUntil = -1
  const seen = { acknowledged: 0, early: [] as string[], flushes: 0 }
  const isEarly = (mark: string) => !(Number(writtenAt.get(mark)) < flushedUntil)
  for (const [at, line] of trace.split('\n').entries()) {
    const marks = [...new Set(line.match(/mark-\d+\./g))]
    switch (kindOf(line)) {
      case 'write':
        for (const mark of marks) writtenAt.set(mark, writtenAt.get(mark) ?? at)
        break
      case 'flush':
        begunAt.set(threadOf(line), at)
        break
      case 'answer':
        seen.acknowledged += marks.length
        seen.early.push(...marks.filter(isEarly))
    }
    if (!isFlushed(line)) continue
    flushedUntil = begunAt.get(threadOf(line)) ?? flushedUntil
    seen.flushes += 1
  }
  return seen
}

const threadOf = (line: string) => line.split(' ', 1)[0] ?? ''

function kindOf(line: string): 'write' | 'flush' | 'answer' | undefined {
  if (/pwrite64\(\d+<[^>]*-wal>/.test(line)) return 'write'
  if (/fdatasync\(\d+<[^>]*-wal>/.test(line)) return 'flush'
  return line.includes('"HTTP/1.1 201') ? 'answer' : undefined
}

/** A call that another thread's came into is written down in two lines. */
const isFlushed = (line: string) => /fdatasync.* = 0$/.test(line)
