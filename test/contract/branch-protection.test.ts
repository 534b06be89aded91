import { describe, expect, it } from 'vitest'
import { refusalOf } from '../support/refusal.ts'
import { startServer } from '../support/server.ts'

/** https://docs.github.com/rest/branches/branch-protection */

const at = { owner: 'octo', repo: 'hello' }
const main = { ...at, branch: 'main' }
const nothing = {
  required_status_checks: null,
  enforce_admins: null,
  required_pull_request_reviews: null,
  restrictions: null,
}

async function open() {
  const server = await startServer()
  await server.user('octo')
  const repository = await server.repository('octo', 'hello')
  await server.commit(repository, { files: { 'a.txt': 'one' } })
  await server.commit(repository, { branch: 'feature/a', files: { 'a.txt': 'two' } })
  const octokit = await server.octokit('octo')
  const branches = async (isProtected?: boolean) => {
    const asked = { ...at, ...(isProtected && { protected: true }) }
    const { data } = await octokit.repos.listBranches(asked)
    return data.map((branch) => [branch.name, branch.protected])
  }
  return { server, octokit, branches }
}

describe('the protection of a branch', () => {
  it('makes the branch protected, until it is taken away', async () => {
    const { octokit, branches } = await open()
    await octokit.repos.updateBranchProtection({ ...at, branch: 'feature/a', ...nothing })
    expect(await branches()).toEqual([
      ['feature/a', true],
      ['main', false],
    ])
    expect(await branches(true)).toEqual([['feature/a', true]])
    const { data } = await octokit.repos.getBranch({ ...at, branch: 'feature/a' })
    expect(data).toMatchObject({ protected: true, protection: { enabled: true } })
    expect((await octokit.request(`GET ${data.protection_url}`)).status).toBe(200)
    await octokit.repos.deleteBranchProtection({ ...at, branch: 'feature/a' })
    expect(await branches(true)).toEqual([])
  })

  it('shows the checks that it requires, wherever it is shown', async () => {
    const { server, octokit } = await open()
    const required = { strict: true, contexts: ['ci', 'lint', 'ci'] }
    const settings = { ...main, ...nothing, required_status_checks: required, enforce_admins: true }
    const { data } = await octokit.repos.updateBranchProtection(settings)
    const url = `${server.apiUrl}/repos/octo/hello/branches/main/protection`
    const checks = [
      { context: 'ci', app_id: null },
      { context: 'lint', app_id: null },
    ]
    expect(data).toEqual({
      url,
      required_status_checks: {
        url: `${url}/required_status_checks`,
        strict: true,
        contexts: ['ci', 'lint'],
        checks,
        contexts_url: `${url}/required_status_checks/contexts`,
      },
      enforce_admins: { url: `${url}/enforce_admins`, enabled: true },
    })
    expect((await octokit.repos.getBranchProtection(main)).data).toEqual(data)
    const branch = await octokit.repos.getBranch(main)
    expect(branch.data.protection.required_status_checks).toEqual({
      enforcement_level: 'everyone',
      contexts: ['ci', 'lint'],
      checks,
    })
  })

  it('is replaced as a whole', async () => {
    const { octokit } = await open()
    const required = { strict: true, contexts: [], checks: [{ context: 'ci', app_id: -1 }] }
    await octokit.repos.updateBranchProtection({
      ...main,
      ...nothing,
      required_status_checks: required,
    })
    const { data } = await octokit.repos.updateBranchProtection({ ...main, ...nothing })
    expect(data.required_status_checks).toBeUndefined()
  })

  it('is 404 for a branch without it, and for one that is not there', async () => {
    const { octokit } = await open()
    const message = async (asked: Promise<unknown>) => await refusalOf(asked)
    for (const asked of [octokit.repos.getBranchProtection, octokit.repos.deleteBranchProtection]) {
      expect(await message(asked(main))).toMatchObject({
        status: 404,
        body: { message: 'Branch not protected' },
      })
    }
    const gone = octokit.repos.updateBranchProtection({ ...at, branch: 'gone', ...nothing })
    expect(await message(gone)).toMatchObject({
      status: 404,
      body: { message: 'Branch not found' },
    })
  })

  it('refuses what it would not keep', async () => {
    const { octokit, branches } = await open()
    for (const more of [
      { restrictions: { users: [], teams: [] } },
      { required_pull_request_reviews: { required_approving_review_count: 1 } },
      { required_linear_history: true },
      { lock_branch: true },
    ]) {
      const [field] = Object.keys(more)
      const asked = octokit.repos.updateBranchProtection({ ...main, ...nothing, ...more })
      expect(await refusalOf(asked)).toMatchObject({ status: 422, body: { errors: [{ field }] } })
    }
    const reviews = { required_pull_request_reviews: {} }
    const reviewed = octokit.repos.updateBranchProtection({ ...main, ...nothing, ...reviews })
    expect((await refusalOf(reviewed)).body).toMatchObject({
      // Not to be left out: GitHub asks for it.
      errors: [
        { message: expect.stringMatching(/ is not supported by this server yet; send null$/) },
      ],
    })
    expect(await branches(true)).toEqual([])
  })
})
