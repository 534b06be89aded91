import type { Scene } from './scenes.ts'

export async function lookAround({ octo, nobody, owner }: Omit<Scene, 'base'>) {
  await octo('GET /', 200)
  await nobody('GET /', 200)
  for (const path of ['/meta', '/zen', '/octocat?s=Hi', '/versions'])
    await nobody(`GET ${path}`, 200)
  await nobody('GET /rate_limit', 404)
  await octo('POST /graphql', 200, { body: { query: '{viewer{login}}' } })
  await nobody('POST /graphql', 401, { body: { query: '{viewer{login}}' } })
  await octo('GET /user', 200)
  await nobody('GET /user', 401)
  await octo('GET /user/orgs', 200)
  await octo('GET /users/octo', 200)
  await nobody('GET /users/MONA', 200)
  await nobody('GET /users/gone', 404)
  await nobody('GET /users/acme', 200)
  await nobody(`GET /user/${owner.id}`, 200)
  await nobody('GET /user/999999', 404)
  await octo('GET /orgs/acme', 200)
  await nobody('GET /orgs/acme', 200)
  await nobody('GET /orgs/octo', 404)
}

export async function makeRepositories({ octo, mona, nobody }: Omit<Scene, 'base'>) {
  const body = { name: 'fresh', description: 'New', homepage: null, private: true, auto_init: true }
  await octo('POST /user/repos', 201, { body })
  await octo('POST /user/repos', 422, { body })
  await octo('POST /user/repos', 422, { body: {} })
  await octo('POST /user/repos', 422, { body: { name: 'a/b' } })
  await nobody('POST /user/repos', 401, { body })
  await octo('POST /orgs/acme/repos', 201, { body })
  await mona('POST /orgs/acme/repos', 403, { body })
  await octo('POST /orgs/gone/repos', 404, { body })
  await octo('GET /user/repos?per_page=2', 200)
  await octo('GET /users/octo/repos', 200)
  await octo('GET /orgs/acme/repos', 200)
  await octo('GET /repos/octo/fresh', 200)
  await octo('PATCH /repos/octo/fresh', 200, { body: { name: 'stale' } })
  await octo('GET /repos/octo/fresh/deployments', 301)
  await octo('POST /repos/octo/fresh/deployments', 307, { body: { ref: 'main' } })
  await octo('PATCH /repos/octo/stale', 200, { body: { archived: true } })
  await octo('POST /repos/octo/stale/deployments', 403, { body: { ref: 'main' } })
  await octo('DELETE /repos/octo/stale', 204)
}

export async function changeRepository({ octo, mona, nobody, base }: Scene) {
  await octo(`GET ${base}`, 200)
  await mona(`GET ${base}`, 404)
  await nobody(`GET ${base}`, 404)
  await octo(`PATCH ${base}`, 200, { body: { description: 'Changed', homepage: '' } })
  await octo(`POST ${base}`, 200, { body: { has_issues: false } })
  await octo(`PATCH ${base}`, 422, { body: { name: '..' } })
  await octo(`PATCH ${base}`, 422, { body: { default_branch: 'gone' } })
  await nobody(`PATCH ${base}`, 401, { body: {} })
}

export async function inviteCollaborators({ octo, mona, base }: Scene) {
  const one = `${base}/collaborators/mona`
  await octo(`GET ${one}`, 404)
  await octo(`PUT ${one}`, 204, { body: { permission: 'pull' } })
  await octo(`GET ${one}`, 204)
  await octo(`GET ${base}/collaborators`, 200)
  await octo(`GET ${base}/teams`, 200)
  await octo(`GET ${one}/permission`, 200)
  await octo(`PUT ${one}`, 422, { body: { permission: 'everything' } })
  await octo(`PUT ${base}/collaborators/octo`, 422)
  await octo(`PUT ${base}/collaborators/gone`, 404)
  await mona(`PATCH ${base}`, 403, { body: {} })
  await mona(`POST ${base}/deployments`, 403, { body: { ref: 'main' } })
  await octo(`DELETE ${one}`, 204)
}
