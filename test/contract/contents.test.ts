import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { request } from 'undici'
import { describe, expect, it } from 'vitest'
import { faultsOf } from '../support/openapi.ts'
import { refusalOf } from '../support/refusal.ts'
import { startServer } from '../support/server.ts'

/** https://docs.github.com/rest/repos/contents, https://docs.github.com/rest/git/trees and …/git/commits */

const identity = {
  ...process.env,
  GIT_AUTHOR_NAME: 'Octo',
  GIT_AUTHOR_EMAIL: 'octo@example.com',
  GIT_COMMITTER_NAME: 'Octo',
  GIT_COMMITTER_EMAIL: 'octo@example.com',
}
const at = { owner: 'octo', repo: 'hello' }
const readme = `# Hello\n\n${'A line of text that is long enough. '.repeat(4)}\n`
const megabyte = 1024 * 1024

async function open() {
  const server = await startServer()
  await server.user('octo')
  const repository = await server.repository('octo', 'hello', { private: true })
  const octokit = await server.octokit('octo')
  return { server, repository, octokit }
}

/** A file, a directory, links and a submodule on `main`; one file on `feature/a`. */
async function openFilled() {
  const world = await open()
  const { server, repository } = world
  const first = await server.commit(repository, { branch: 'feature/a', files: { 'a.txt': 'a' } })
  const work = join(server.data, `work-${repository.id}`)
  mkdirSync(join(work, 'docs/deep'), { recursive: true })
  symlinkSync('../README.md', join(work, 'docs/link'))
  symlinkSync('../../outside', join(work, 'docs/lost'))
  const vendor = (...args: string[]) =>
    execFileSync('git', args, { cwd: join(work, 'vendor'), env: identity })
      .toString()
      .trim()
  mkdirSync(join(work, 'vendor'))
  vendor('init', '--quiet')
  vendor('commit', '--quiet', '--allow-empty', '--message', 'Elsewhere')
  const elsewhere = vendor('rev-parse', 'HEAD')
  writeFileSync(join(work, 'large.bin'), Buffer.alloc(megabyte + 1, 'x'))
  const files = {
    'README.md': readme,
    'docs/deep/ü b?.txt': 'deep\n',
    '.gitmodules': '[submodule "v"]\n\tpath = vendor\n\turl = https://example.com/v.git\n',
  }
  const sha = await server.commit(repository, { files, message: 'Many' })
  return { ...world, first, elsewhere, sha }
}

const faults = (path: string, { status, data }: { status: number; data: unknown }) =>
  faultsOf({ method: 'GET', path: `/repos/octo/hello${path}`, status, body: data })

const decode = (content: string) => Buffer.from(content, 'base64').toString('utf8')

type File = { readonly content: string; readonly sha: string; readonly size: number }

describe('a file', () => {
  it('is had with its content in lines of base64, and its url leads back to it', async () => {
    const { server, octokit } = await openFilled()
    const file = await octokit.repos.getContent({ ...at, path: 'README.md' })
    expect(faults('/contents/x', file)).toEqual([])
    expect(file.data).toMatchObject({
      type: 'file',
      encoding: 'base64',
      name: 'README.md',
      size: readme.length,
      url: `${server.apiUrl}/repos/octo/hello/contents/README.md?ref=main`,
      html_url: `${server.url}/octo/hello/blob/main/README.md`,
      download_url: null,
    })
    const { content } = file.data as unknown as File
    expect(content.split('\n')[0]).toHaveLength(60)
    expect(decode(content)).toBe(readme)
    const again = await octokit.request(`GET ${(file.data as { url: string }).url}`)
    expect(again.data).toEqual(file.data)
  })

  it('is found by any ref, in any folder, under any name', async () => {
    const { octokit, first } = await openFilled()
    for (const ref of ['feature/a', 'refs/heads/feature/a', first, first.slice(0, 8)]) {
      const { data } = await octokit.repos.getContent({ ...at, path: 'a.txt', ref })
      expect(decode((data as unknown as File).content)).toBe('a')
    }
    const path = 'docs/deep/ü b?.txt'
    const { data } = await octokit.repos.getContent({ ...at, path })
    expect(data).toMatchObject({ name: 'ü b?.txt', path })
    const { url } = data as { url: string }
    expect((await octokit.request(`GET ${url}`)).data).toEqual(data)
    for (const path of ['gone', 'docs/gone', '../a', 'docs//deep', 'a.txt/b', '%00', '*']) {
      const asked = octokit.request(`GET /repos/octo/hello/contents/${path}`).catch((e) => e)
      expect([path, (await asked).status]).toEqual([path, 404])
    }
  })

  it('is had raw, and not again by who has it', async () => {
    const { server, octokit } = await openFilled()
    const raw = await octokit.repos.getContent({
      ...at,
      path: 'README.md',
      mediaType: { format: 'raw' },
    })
    expect(raw.data).toBe(readme)
    const { etag = '' } = raw.headers
    const again = await request(`${server.apiUrl}/repos/octo/hello/contents/README.md`, {
      headers: {
        'user-agent': 'test',
        authorization: `Bearer ${await server.token('octo', ['repo'])}`,
        accept: 'application/vnd.github.raw+json',
        'if-none-match': etag,
      },
    })
    expect([again.statusCode, await again.body.text()]).toEqual([304, ''])
    const page = octokit.repos.getContent({
      ...at,
      path: 'README.md',
      mediaType: { format: 'html' },
    })
    expect((await refusalOf(page)).status).toBe(415)
  })

  it('of more than a megabyte has its content only raw', async () => {
    const { octokit } = await openFilled()
    const large = await octokit.repos.getContent({ ...at, path: 'large.bin' })
    expect(large.data).toMatchObject({ size: megabyte + 1, content: '', encoding: 'none' })
    expect(faults('/contents/x', large)).toEqual([])
    const raw = await octokit.repos.getContent({
      ...at,
      path: 'large.bin',
      mediaType: { format: 'raw' },
    })
    expect(String(raw.data)).toHaveLength(megabyte + 1)
  })
})

describe('a directory', () => {
  it('lists what is in it, the root as well', async () => {
    const { octokit } = await openFilled()
    const root = await octokit.repos.getContent({ ...at, path: '' })
    expect(faults('/contents/x', root)).toEqual([])
    expect(
      (root.data as { name: string; type: string }[]).map((one) => [one.name, one.type]),
    ).toEqual([
      ['.gitmodules', 'file'],
      ['README.md', 'file'],
      ['a.txt', 'file'],
      ['docs', 'dir'],
      ['large.bin', 'file'],
      ['vendor', 'file'],
    ])
    const docs = await octokit.repos.getContent({ ...at, path: 'docs' })
    expect(docs.data).toMatchObject([
      { path: 'docs/deep', type: 'dir' },
      { path: 'docs/link', type: 'symlink' },
      { path: 'docs/lost', type: 'symlink' },
    ])
  })

  it('is one object where that is asked for', async () => {
    const { octokit } = await openFilled()
    for (const path of ['', 'docs']) {
      const { data } = await octokit.repos.getContent({
        ...at,
        path,
        mediaType: { format: 'object' },
      })
      expect(data).toMatchObject({ type: 'dir', path, entries: expect.any(Array) })
    }
  })
})

describe('a link', () => {
  it('is the file it leads to, or says where it leads', async () => {
    const { octokit } = await openFilled()
    const link = await octokit.repos.getContent({ ...at, path: 'docs/link' })
    expect(link.data).toMatchObject({ type: 'file', path: 'docs/link', size: readme.length })
    const lost = await octokit.repos.getContent({ ...at, path: 'docs/lost' })
    expect(lost.data).toMatchObject({ type: 'symlink', target: '../../outside' })
    expect(faults('/contents/x', lost)).toEqual([])
  })

  it('to another repository says which', async () => {
    const { octokit, elsewhere } = await openFilled()
    const vendor = await octokit.repos.getContent({ ...at, path: 'vendor' })
    expect(vendor.data).toMatchObject({
      type: 'submodule',
      sha: elsewhere,
      submodule_git_url: 'https://example.com/v.git',
    })
    expect(faults('/contents/x', vendor)).toEqual([])
  })
})

describe('a tree', () => {
  it('lists a level, or all of them, by branch, commit or tree', async () => {
    const { server, octokit, sha } = await openFilled()
    const flat = await octokit.git.getTree({ ...at, tree_sha: 'main' })
    expect(faults('/git/trees/x', flat)).toEqual([])
    expect(flat.data.sha).toBe(sha)
    const docs = flat.data.tree.find(({ path }) => path === 'docs')
    expect(docs).toEqual({
      path: 'docs',
      mode: '040000',
      type: 'tree',
      sha: expect.stringMatching(/^[0-9a-f]{40}$/),
      url: `${server.apiUrl}/repos/octo/hello/git/trees/${docs?.sha}`,
    })
    const below = await octokit.request(`GET ${docs?.url}`)
    expect(below.data.tree.map(({ path }: { path: string }) => path)).toEqual([
      'deep',
      'link',
      'lost',
    ])
    const all = await octokit.git.getTree({ ...at, tree_sha: sha, recursive: 'false' })
    expect(all.data.truncated).toBe(false)
    const paths = all.data.tree.map(({ path }) => path)
    expect(paths).toContain('docs/deep')
    expect(paths).toContain('docs/deep/ü b?.txt')
    expect(all.data.tree).toContainEqual(
      expect.objectContaining({ path: 'README.md', mode: '100644', size: readme.length }),
    )
  })
})

describe('a commit of git', () => {
  it('is had by its sha', async () => {
    const { octokit, first } = await openFilled()
    const commit = await octokit.git.getCommit({ ...at, commit_sha: first })
    expect(faults('/git/commits/x', commit)).toEqual([])
    expect(commit.data).toMatchObject({
      sha: first,
      author: { name: 'Octo', email: 'octo@example.com' },
      message: 'A commit',
      parents: [],
    })
    expect((await octokit.request(`GET ${commit.data.url}`)).data).toEqual(commit.data)
    for (const commit_sha of ['main', first.slice(0, 8), '0'.repeat(40), commit.data.tree.sha]) {
      expect((await refusalOf(octokit.git.getCommit({ ...at, commit_sha }))).status).toBe(404)
    }
  })
})

it('an empty repository says that it is empty', async () => {
  const { octokit } = await open()
  expect(await refusalOf(octokit.repos.getContent({ ...at, path: 'a' }))).toMatchObject({
    status: 404,
    body: { message: 'This repository is empty.' },
  })
  const empty = { status: 409, body: { message: 'Git Repository is empty.' } }
  expect(await refusalOf(octokit.git.getTree({ ...at, tree_sha: 'main' }))).toMatchObject(empty)
  const commit = octokit.git.getCommit({ ...at, commit_sha: 'a'.repeat(40) })
  expect(await refusalOf(commit)).toMatchObject(empty)
  expect((await octokit.repos.listContributors(at)).status).toBe(204)
})

it('contributors are counted by account; others are shown when asked for', async () => {
  const { server, repository, octokit } = await open()
  const { id } = (await octokit.users.getAuthenticated()).data
  const commitAs = (name: string, email: string) => {
    const bare = server.app.git.path(repository.id)
    const env = { ...process.env, GIT_COMMITTER_NAME: 'x', GIT_COMMITTER_EMAIL: 'x@example.com' }
    const [author, parent] = [{ GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email }, ['-p', 'main']]
    const options = { cwd: bare, env: { ...env, ...author }, input: 'Message' }
    const args = ['commit-tree', ...parent, 'main^{tree}']
    const sha = execFileSync('git', args, options).toString().trim()
    execFileSync('git', ['update-ref', 'refs/heads/main', sha], { cwd: bare })
  }
  await server.commit(repository, { files: { a: 'a' } })
  const { hostname } = new URL(server.url)
  for (const name of ['Octo', 'O. Cto']) commitAs(name, `${id}+octo@users.noreply.${hostname}`)
  const known = await octokit.repos.listContributors(at)
  expect(known.data).toMatchObject([{ login: 'octo', contributions: 2 }])
  const all = await octokit.repos.listContributors({ ...at, anon: '1' })
  expect(all.data).toMatchObject([
    { login: 'octo' },
    { type: 'Anonymous', email: 'octo@example.com', contributions: 1 },
  ])
  expect(faults('/contributors', all)).toEqual([])
})
