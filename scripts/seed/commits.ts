import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { logins, subjectOf } from './catalogue.ts'

export type Commit = { readonly sha: string; readonly at: Date; readonly tag: string | undefined }

const commitsPerTag = 6
const dayMs = 24 * 60 * 60 * 1000

type Wanted = {
  readonly count: number
  /** With which subject it begins. */
  readonly first: number
  readonly now: Date
}

/** A history of `main` up to now, with tags, in a bare repository; the oldest first. */
export function writeCommits(bare: string, { count, first, now }: Wanted): Commit[] {
  const planned = Array.from({ length: count }, (_, n) => ({
    n,
    subject: subjectOf(first + n),
    at: new Date(now.getTime() - ((count - n) / count) * 60 * dayMs),
    tag:
      n % commitsPerTag === commitsPerTag - 1 ? `v2.${Math.floor(n / commitsPerTag)}.0` : undefined,
  }))
  const folder = mkdtempSync(join(tmpdir(), 'slipway-marks-'))
  const marks = join(folder, 'marks')
  const input = `${planned.map(commitText).join('')}done\n`
  execFileSync('git', ['fast-import', '--quiet', '--done', `--export-marks=${marks}`], {
    cwd: bare,
    input,
  })
  const marked = [...readFileSync(marks, 'utf8').matchAll(/^:(\d+) (\w+)$/gm)]
  const shas = new Map(marked.map(([, mark = '', sha = '']) => [Number(mark), sha]))
  rmSync(folder, { recursive: true })
  return planned.map(({ n, at, tag }) => ({ sha: shas.get(n + 1) ?? '', at, tag }))
}

type Planned = {
  readonly n: number
  readonly subject: string
  readonly at: Date
  readonly tag: string | undefined
}

/** As `git fast-import` reads it. */
function commitText({ n, subject, at, tag }: Planned): string {
  const everybody = [logins.owner, ...logins.people]
  const login = everybody[n % everybody.length]
  const who = `${login} <${login}@example.com> ${Math.floor(at.getTime() / 1000)} +0000`
  const text = `Line ${n}\n`
  return `commit refs/heads/main
mark :${n + 1}
author ${who}
committer ${who}
${dataOf(subject)}M 100644 inline changes/${n}.md
${dataOf(text)}
${tag ? `reset refs/tags/${tag}\nfrom :${n + 1}\n\n` : ''}`
}

const dataOf = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`
