import { execFileSync } from 'node:child_process'
import type { Scene } from './scenes.ts'

/** Branches, tags, refs, commits, comparisons, archives and commit statuses. */
export async function readCode({ octo, nobody, base, sha, server, repository }: Scene) {
  const bare = server.app.git.path(repository.id)
  execFileSync('git', ['--git-dir', bare, 'tag', 'v1', sha])

  await octo(`GET ${base}/branches`, 200)
  await octo(`GET ${base}/branches?per_page=1&page=2`, 200)
  await octo(`GET ${base}/branches/main`, 200)
  await octo(`GET ${base}/branches/feature/a`, 200)
  await octo(`GET ${base}/branches/feature%2Fa`, 200)
  await octo(`GET ${base}/branches/gone`, 404)
  await octo(`GET ${base}/tags`, 200)
  await octo(`GET ${base}/git/ref/heads/main`, 200)
  await octo(`GET ${base}/git/refs/heads/main`, 200)
  await octo(`GET ${base}/git/ref/heads/gone`, 404)
  await octo(`GET ${base}/git/matching-refs/heads/`, 200)
  await octo(`GET ${base}/git/matching-refs`, 200)
  await octo(`GET ${base}/commits`, 200)
  await octo(`GET ${base}/commits?sha=feature/a&per_page=1`, 200)
  await octo(`GET ${base}/commits?sha=gone`, 404)
  for (const ref of ['main', 'heads/main', 'v1', sha, sha.slice(0, 8)]) {
    await octo(`GET ${base}/commits/${ref}`, 200)
  }
  await octo(`GET ${base}/commits/main`, 200, {
    headers: { accept: 'application/vnd.github.sha' },
  })
  await octo(`GET ${base}/commits/gone`, 422)
  await octo(`GET ${base}/compare/main...feature%2Fa`, 200)
  await octo(`GET ${base}/compare/main...gone`, 404)
  await nobody(`GET ${base}/commits`, 404)
}

/** Files, directories, trees and what is known of the code as a whole. */
export async function readContents({ octo, nobody, base, sha }: Scene) {
  for (const path of ['contents', 'contents/a.txt', 'contents/a.txt?ref=clash', 'git/trees/main']) {
    await octo(`GET ${base}/${path}`, 200)
  }
  const raw = { headers: { accept: 'application/vnd.github.raw' } }
  await octo(`GET ${base}/contents/a.txt`, 200, raw)
  await octo(`GET ${base}/contents/gone`, 404)
  await octo(`GET ${base}/contents/a.txt?ref=gone`, 404)
  await octo(`GET ${base}/git/trees/${sha}?recursive=1`, 200)
  await octo(`GET ${base}/git/trees/gone`, 404)
  await octo(`GET ${base}/git/commits/${sha}`, 200)
  await octo(`GET ${base}/git/commits/main`, 404)
  await octo(`GET ${base}/commits/${sha}/branches-where-head`, 200)
  await octo(`GET ${base}/commits/${sha}/pulls`, 200)
  await octo(`GET ${base}/commits/gone/branches-where-head`, 422)
  for (const path of ['languages', 'contributors?anon=1', 'rules/branches/main', 'pulls']) {
    await octo(`GET ${base}/${path}`, 200)
  }
  const blob = '2e65efe2a145dda7ee51d1741299f848e5bf752e'
  await octo(`GET ${base}/git/blobs/${blob}`, 200)
  await octo(`GET ${base}/git/blobs/${sha}`, 404)
  await octo(`GET ${base}/readme`, 200)
  await octo(`GET ${base}/readme?ref=clash`, 404)
  for (const form of ['diff', 'patch']) {
    const headers = { accept: `application/vnd.github.${form}` }
    await octo(`GET ${base}/commits/main`, 200, { headers })
    await octo(`GET ${base}/compare/clash...main`, 200, { headers })
  }
  await nobody(`GET ${base}/contents/a.txt`, 404)
}

/** What is not here, as GitHub says it of what is not there. */
export async function lookForIssues({ octo, nobody, base }: Scene) {
  const comment = { body: { body: 'Deployed' } }
  await octo(`POST ${base}/issues/1/comments`, 404, comment)
  await nobody(`POST ${base}/issues/1/comments`, 401, comment)
  await octo(`GET ${base}/pulls/1`, 404)
  await octo(`PUT ${base}/pulls/1/update-branch`, 404)
}

/** Events of the caller's own. */
export async function dispatchEvents({ octo, nobody, base }: Scene) {
  const many = Array.from({ length: 11 }, (_, n) => [`key${n}`, n])
  const refused = [
    {},
    { event_type: '' },
    { event_type: 'x'.repeat(101) },
    { event_type: 'deploy', client_payload: [] },
    { event_type: 'deploy', client_payload: Object.fromEntries(many) },
    { event_type: 'deploy', client_payload: { large: 'x'.repeat(65_536) } },
  ]
  for (const body of refused) await octo(`POST ${base}/dispatches`, 422, { body })
  const most = Object.fromEntries(many.slice(0, 10))
  const body = { event_type: 'deploy', client_payload: most }
  await octo(`POST ${base}/dispatches`, 204, { body })
  await octo(`POST ${base}/dispatches`, 204, { body: { event_type: 'deploy' } })
  await nobody(`POST ${base}/dispatches`, 401, { body })
}

/** Objects, out of which a client makes a commit without a clone. */
export async function writeObjects({ octo, mona, nobody, base, sha }: Scene) {
  const git = `${base}/git`
  const blob = await octo(`POST ${git}/blobs`, 201, {
    body: { content: 'bmV3', encoding: 'base64' },
  })
  const file = { path: 'docs/new.txt', mode: '100644', type: 'blob', sha: blob.json.sha }
  const changes = { base_tree: sha, tree: [file] }
  const tree = await octo(`POST ${git}/trees`, 201, { body: changes })
  const commit = { message: 'Add docs', tree: tree.json.sha, parents: [sha] }
  const made = await octo(`POST ${git}/commits`, 201, { body: commit })
  await octo(`GET ${git}/commits/${made.json.sha}`, 200)
  const gone = '0'.repeat(40)
  const refused = {
    blobs: [{}, { content: '%', encoding: 'base64' }, { content: 'x', encoding: 'hex' }],
    trees: [
      { tree: [] },
      { base_tree: blob.json.sha, tree: [file] },
      { tree: [{ ...file, sha: gone }] },
      { tree: [{ ...file, content: 'both' }] },
      { tree: [{ ...file, type: 'tree' }] },
      { tree: [{ ...file, path: '.git/config' }] },
      { tree: [{ ...file, sha: null }] },
    ],
    commits: [{ ...commit, tree: sha }, { ...commit, parents: [gone] }, { message: 'No tree' }],
  }
  for (const [what, bodies] of Object.entries(refused)) {
    for (const body of bodies) await octo(`POST ${git}/${what}`, 422, { body })
    await mona(`POST ${git}/${what}`, 404, { body: {} })
    await nobody(`POST ${git}/${what}`, 401, { body: {} })
  }
}

export async function changeRefs({ octo, mona, base, sha }: Scene) {
  const ref = 'refs/heads/made'
  const one = `${base}/git/refs/heads/made`
  await octo(`POST ${base}/git/refs`, 201, { body: { ref, sha } })
  await octo(`POST ${base}/git/refs`, 422, { body: { ref, sha } })
  await octo(`POST ${base}/git/refs`, 422, { body: { ref: 'made', sha } })
  await octo(`PATCH ${one}`, 200, { body: { sha, force: true } })
  await octo(`POST ${one}`, 200, { body: { sha } })
  await octo(`PATCH ${one}`, 422, { body: { sha: 'main' } })
  await octo(`POST ${base}/merges`, 201, { body: { base: 'made', head: 'behind' } })
  await octo(`POST ${base}/merges`, 204, { body: { base: 'made', head: 'behind' } })
  await octo(`POST ${base}/merges`, 409, { body: { base: 'made', head: 'clash' } })
  await octo(`POST ${base}/merges`, 404, { body: { base: 'made', head: 'gone' } })
  await mona(`DELETE ${one}`, 404)
  await octo(`DELETE ${one}`, 204)
  await octo(`DELETE ${one}`, 422)
}

export async function downloadArchives({ octo, nobody, base }: Scene) {
  for (const path of ['tarball/main', 'tarball', 'zipball/main', 'zipball']) {
    const { headers } = await octo(`GET ${base}/${path}`, 302)
    // The address is enough: many clients drop the token on the way.
    await nobody(`GET ${headers['location']}`, 200)
  }
  await octo(`GET ${base}/tarball/gone`, 404)
}

export async function reportStatuses({ octo, nobody, base, sha }: Scene) {
  const status = { state: 'success', context: 'ci/build', description: 'It works', target_url: '' }
  await octo(`POST ${base}/statuses/${sha}`, 201, { body: { state: 'pending' } })
  await octo(`POST ${base}/statuses/${sha}`, 201, { body: status })
  await octo(`POST ${base}/statuses/${sha}`, 422, { body: { state: 'done' } })
  await octo(`POST ${base}/statuses/${sha}`, 422, { body: {} })
  await octo(`POST ${base}/statuses/${'0'.repeat(40)}`, 422, { body: status })
  await nobody(`POST ${base}/statuses/${sha}`, 401, { body: status })
  await octo(`GET ${base}/commits/main/statuses`, 200)
  await octo(`GET ${base}/commits/main/status`, 200)
  await octo(`GET ${base}/statuses/main`, 200)
  await octo(`GET ${base}/commits/gone/status`, 404)
}

export async function protectBranches({ octo, nobody, base }: Scene) {
  const main = `${base}/branches/main/protection`
  const nothing = {
    required_status_checks: null,
    enforce_admins: null,
    required_pull_request_reviews: null,
    restrictions: null,
  }
  const checks = { strict: true, contexts: ['ci'] }
  await octo(`GET ${main}`, 404)
  await octo(`PUT ${main}`, 200, { body: nothing })
  await octo(`GET ${main}`, 200)
  await octo(`PUT ${main}`, 200, { body: { ...nothing, required_status_checks: checks } })
  await octo(`GET ${main}`, 200)
  await octo(`PUT ${base}/branches/feature/a/protection`, 200, { body: nothing })
  await octo(`GET ${base}/branches/feature%2Fa/protection`, 200)
  await octo(`PUT ${base}/branches/gone/protection`, 404, { body: nothing })
  await octo(`PUT ${main}`, 422, { body: {} })
  await octo(`PUT ${main}`, 422, { body: { ...nothing, restrictions: { users: [] } } })
  await octo(`GET ${base}/branches`, 200)
  await octo(`GET ${base}/branches?protected=true`, 200)
  await octo(`GET ${base}/branches/main`, 200)
  await octo(`DELETE ${main}`, 204)
  await octo(`DELETE ${main}`, 404)
  await nobody(`GET ${main}`, 401)
}
