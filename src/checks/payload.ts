import type { components } from '@octokit/openapi-types'
import { appPayload, performerPayload } from '../apps/payload.ts'
import type { Commit } from '../git/model.ts'
import { nodeId } from '../lib/node-id.ts'
import { toSecond } from '../lib/time.ts'
import type { Urls } from '../lib/urls.ts'
import { fullNameOf, type Repository } from '../repositories/model.ts'
import { minimalRepository } from '../repositories/payload.ts'
import type { Annotation, CheckRun, CheckSuite } from './model.ts'

type Schemas = components['schemas']

const apiUrlOf = (repository: Repository, urls: Urls) =>
  `${urls.api}/repos/${fullNameOf(repository)}`

/** Contract 9.2. There are no pull requests here, so none are named. */
export function checkRunPayload(run: CheckRun, repository: Repository, urls: Urls) {
  const url = `${apiUrlOf(repository, urls)}/check-runs/${run.id}`
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('CR', repository.id, run.id),
    head_sha: run.head_sha,
    external_id: run.external_id,
    url,
    html_url: `${urls.web}/${fullNameOf(repository)}/runs/${run.id}`,
    details_url: run.details_url ?? run.suite.app.external_url,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.started_at && toSecond(run.started_at),
    completed_at: run.completed_at && toSecond(run.completed_at),
    output: outputOf(run, url),
    check_suite: { id: run.check_suite_id },
    app: appPayload(run.suite.app, urls),
    pull_requests: [],
  } satisfies Schemas['check-run']
}

const outputOf = (run: CheckRun, url: string) => ({
  title: run.title,
  summary: run.summary,
  text: run.details,
  annotations_count: run.annotations_count,
  annotations_url: `${url}/annotations`,
})

/** What a suite says of itself wherever it appears. */
function suiteFields(suite: CheckSuite, repository: Repository, urls: Urls) {
  return {
    id: suite.id,
    node_id: nodeId('CS', repository.id, suite.id),
    head_branch: suite.head_branch,
    head_sha: suite.head_sha,
    status: suite.status,
    conclusion: suite.conclusion,
    url: `${apiUrlOf(repository, urls)}/check-suites/${suite.id}`,
    before: null,
    after: suite.head_sha,
    pull_requests: [],
    app: appPayload(suite.app, urls),
    created_at: toSecond(suite.created_at),
    updated_at: toSecond(suite.updated_at),
  }
}

export type SuiteFacts = { readonly head: Commit; readonly runs: number }

/** A suite with its commit and the number of its runs. */
export function checkSuitePayload(
  suite: CheckSuite,
  facts: SuiteFacts,
  repository: Repository,
  urls: Urls,
) {
  return {
    ...suiteFields(suite, repository, urls),
    repository: minimalRepository(repository, urls),
    ...runsAndHead(suite, facts, repository, urls),
    rerequestable: true,
    runs_rerequestable: true,
  } satisfies Schemas['check-suite']
}

function runsAndHead(
  suite: CheckSuite,
  { head, runs }: SuiteFacts,
  repository: Repository,
  urls: Urls,
) {
  const person = ({ name, email }: Commit['author']) => ({ name, email })
  return {
    latest_check_runs_count: runs,
    check_runs_url: `${apiUrlOf(repository, urls)}/check-suites/${suite.id}/check-runs`,
    head_commit: {
      id: head.sha,
      tree_id: head.tree,
      message: head.message,
      timestamp: head.committer.date,
      author: person(head.author),
      committer: person(head.committer),
    },
  }
}

/** A run in an event: its suite is told in full there. */
export const checkRunInEvent = (run: CheckRun, repository: Repository, urls: Urls) => ({
  ...checkRunPayload(run, repository, urls),
  app: performerPayload(run.suite.app, urls),
  check_suite: {
    ...suiteFields(run.suite, repository, urls),
    app: performerPayload(run.suite.app, urls),
  },
})

export const checkSuiteInEvent = (
  suite: CheckSuite,
  facts: SuiteFacts,
  repository: Repository,
  urls: Urls,
) => ({
  ...suiteFields(suite, repository, urls),
  ...runsAndHead(suite, facts, repository, urls),
  app: performerPayload(suite.app, urls),
})

export function annotationPayload(
  annotation: Annotation,
  sha: string,
  repository: Repository,
  urls: Urls,
) {
  const { path } = annotation
  return {
    path,
    blob_href: `${urls.web}/${fullNameOf(repository)}/blob/${sha}/${encodeURI(path)}`,
    start_line: annotation.start_line,
    start_column: annotation.start_column ?? null,
    end_line: annotation.end_line,
    end_column: annotation.end_column ?? null,
    annotation_level: annotation.annotation_level,
    title: annotation.title ?? null,
    message: annotation.message,
    raw_details: annotation.raw_details ?? null,
  } satisfies Schemas['check-annotation']
}
