import { requireUser } from '../auth/auth.ts'
import type { Call, Route } from '../auth/route.ts'
import type { Answer } from '../http/answer.ts'
import { repositoryRoute } from '../repositories/repositories.ts'
import { getContent } from './contents.ts'
import { getBlob, getGitCommit, getTree } from './git-objects.ts'
import { postMerge } from './merges.ts'
import { postBlob, postCommit, postTree } from './new-objects.ts'
import {
  getLanguages,
  listBranchRules,
  listContributors,
  listPulls,
  refuseNumber,
} from './overview.ts'
import { getReadme } from './readme.ts'
import { deleteRef, patchRef, postRef } from './ref-changes.ts'

const docs = 'https://docs.github.com/rest'
const read = (page: string) => ({ access: 'code:read' as const, docs: `${docs}/${page}` })
const write = (page: string) => ({ access: 'code:write' as const, docs: `${docs}/${page}` })

const content = read('repos/contents#get-repository-content')
const tree = read('git/trees#get-a-tree')
const commit = read('git/commits#get-a-commit-object')
const update = write('git/refs#update-a-reference')
const languages = read('repos/repos#list-repository-languages')
const contributors = read('repos/repos#list-repository-contributors')
const rules = read('repos/rules#get-rules-for-a-branch')
const pulls = read('pulls/pulls#list-pull-requests')
const pull = read('pulls/pulls#get-a-pull-request')
const pullUpdate = write('pulls/pulls#update-a-pull-request-branch')
const comment = read('issues/comments#create-an-issue-comment')

/** A `*` holds a name or a path with its slashes, raw or encoded. */
export const contentRoutes: readonly Route[] = [
  ...repositoryRoute('GET', '/contents', content, getContent),
  ...repositoryRoute('GET', '/contents/*', content, getContent),
  ...repositoryRoute('GET', '/git/commits/:sha', commit, getGitCommit),
  ...repositoryRoute('GET', '/git/trees/*', tree, getTree),
  ...repositoryRoute('POST', '/git/blobs', write('git/blobs#create-a-blob'), postBlob),
  ...repositoryRoute('POST', '/git/trees', write('git/trees#create-a-tree'), postTree),
  ...repositoryRoute('POST', '/git/commits', write('git/commits#create-a-commit'), postCommit),
  ...repositoryRoute('POST', '/git/refs', write('git/refs#create-a-reference'), postRef),
  ...repositoryRoute('PATCH', '/git/refs/*', update, patchRef),
  // GitHub takes POST wherever PATCH is (contract 8.9).
  ...repositoryRoute('POST', '/git/refs/*', update, patchRef),
  ...repositoryRoute('DELETE', '/git/refs/*', write('git/refs#delete-a-reference'), deleteRef),
  ...repositoryRoute('POST', '/merges', write('branches/branches#merge-a-branch'), postMerge),
  ...repositoryRoute('GET', '/languages', languages, getLanguages),
  ...repositoryRoute('GET', '/contributors', contributors, listContributors),
  ...repositoryRoute('GET', '/rules/branches/*', rules, listBranchRules),
  ...repositoryRoute('GET', '/pulls', pulls, listPulls),
  ...repositoryRoute('GET', '/readme', read('repos/contents#get-a-repository-readme'), getReadme),
  ...repositoryRoute('GET', '/git/blobs/:file_sha', read('git/blobs#get-a-blob'), getBlob),
  ...repositoryRoute('GET', '/pulls/:pull_number', pull, refuseNumber),
  ...repositoryRoute('PUT', '/pulls/:pull_number/update-branch', pullUpdate, refuseNumber),
  ...repositoryRoute('POST', '/issues/:issue_number/comments', comment, refuseNumber).map(forUsers),
]

/** Whoever may read may comment, but under a name; asked before anything is looked up (contract 7.5). */
function forUsers(route: Route): Route {
  async function handler(call: Call): Promise<Answer> {
    requireUser(call.actor)
    return await route.handler(call)
  }
  return { ...route, handler }
}
