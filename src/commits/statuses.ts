import type { components } from '@octokit/openapi-types'
import type { Account } from '../accounts/model.ts'
import { simpleUser } from '../accounts/payload.ts'
import { requireUser } from '../auth/auth.ts'
import { type Answer, created, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { linkHeader, pageOf } from '../http/page.ts'
import { nodeId } from '../lib/node-id.ts'
import { notFound } from '../lib/problem.ts'
import { toSecond } from '../lib/time.ts'
import type { Urls } from '../lib/urls.ts'
import type { Repository } from '../repositories/model.ts'
import { minimalRepository } from '../repositories/payload.ts'
import type { RepositoryCall } from '../repositories/repositories.ts'
import type { CommitStatusRow } from '../tables/commits.ts'
import { type CommitStatus, combinedStateOf, newCommitStatus } from './model.ts'
import { apiUrlOf, avatarUrlOf, encodePath } from './payload.ts'
import { countLatestByState, countStatuses, latestStatusesOf, statusesOf } from './queries.ts'
import { recordStatus } from './record-status.ts'

export async function postStatus(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls, params } = call
  const request = parseBody(call.body, newCommitStatus, 'Status')
  const { account } = requireUser(call.actor)
  const reported = { repository, sha: params['sha'] ?? '', request }
  return created(statusPayload(await recordStatus(app, account, reported), repository, urls))
}

export async function listStatuses(call: RepositoryCall): Promise<Answer> {
  const { repository, urls, query } = call
  const { read } = call.app.store
  const { limit, offset } = pageOf(query)
  const { of, ref } = await findTarget(call)
  const [rows, total] = await Promise.all([
    read.all(statusesOf, { ...of, limit, offset }),
    read.first(countStatuses, of),
  ])
  const url = `${urls.api}/repositories/${repository.id}/commits/${encodePath(ref)}/statuses`
  return ok(
    rows.map((row) => statusPayload(withCreator(row), repository, urls)),
    linkHeader(url, query, total?.count ?? 0),
  )
}

export async function getCombinedStatus(call: RepositoryCall): Promise<Answer> {
  const { repository, urls, query } = call
  const { read } = call.app.store
  const { limit, offset } = pageOf(query)
  const { of, ref } = await findTarget(call)
  const [rows, counts] = await Promise.all([
    read.all(latestStatusesOf, { ...of, limit, offset }),
    read.all(countLatestByState, of),
  ])
  const total = counts.reduce((sum, { count }) => sum + count, 0)
  const commitUrl = `${apiUrlOf(repository, urls)}/commits/${of.sha}`
  const body = {
    state: combinedStateOf(counts.map(({ state }) => state)),
    statuses: rows.map((row) => simpleStatus(withCreator(row), repository, urls)),
    sha: of.sha,
    total_count: total,
    repository: minimalRepository(repository, urls),
    commit_url: commitUrl,
    url: `${commitUrl}/status`,
  } satisfies components['schemas']['combined-commit-status']
  const url = `${urls.api}/repositories/${repository.id}/commits/${encodePath(ref)}/status`
  return ok(body, linkHeader(url, query, total))
}

/** The commit that the path's ref names. Throws `not_found`. */
async function findTarget({ app, repository, params }: RepositoryCall) {
  const ref = params['ref'] ?? params['*'] ?? ''
  const resolved = await app.git.resolve(repository.id, ref)
  if (!resolved) throw notFound()
  return { ref, of: { repository_id: repository.id, sha: resolved.sha } }
}

type Joined = CommitStatusRow & {
  readonly creator_login: string | null
  readonly creator_type: Account['type'] | null
  readonly creator_site_admin: 0 | 1 | null
}

function withCreator(row: Joined): CommitStatus {
  const { creator_id: id, creator_login: login, creator_type: type } = row
  if (id === null || login === null || type === null) return { ...row, creator: null }
  return { ...row, creator: { id, login, type, site_admin: row.creator_site_admin ?? 0 } }
}

/** A status within a combined one: without its creator. */
function simpleStatus(status: CommitStatus, repository: Repository, urls: Urls) {
  return {
    url: `${apiUrlOf(repository, urls)}/statuses/${status.sha}`,
    avatar_url: avatarUrlOf(status.creator, urls),
    id: status.id,
    node_id: nodeId('SC', repository.id, status.id),
    state: status.state,
    description: status.description,
    target_url: status.target_url,
    context: status.context,
    created_at: toSecond(status.created_at),
    updated_at: toSecond(status.updated_at),
  } satisfies components['schemas']['simple-commit-status']
}

function statusPayload(status: CommitStatus, repository: Repository, urls: Urls) {
  return {
    ...simpleStatus(status, repository, urls),
    creator: status.creator ? simpleUser(status.creator, urls) : null,
  } satisfies components['schemas']['status']
}
