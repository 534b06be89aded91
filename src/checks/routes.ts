import { requireInstallation, requireUser } from '../auth/auth.ts'
import type { Route } from '../auth/route.ts'
import { type Answer, created, createdEmpty, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { linkHeader, pageOf } from '../http/page.ts'
import { minimalRepository } from '../repositories/payload.ts'
import { idIn, type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { createRun, editRun, findRun, rerequestRun } from './check-runs.ts'
import {
  branchAt,
  countRuns,
  ensureSuite,
  findHead,
  findSuite,
  rerequestSuite,
} from './check-suites.ts'
import { listRunsOfSuite } from './checks.ts'
import {
  type Annotation,
  checkRunEdit,
  newCheckRun,
  newCheckSuite,
  suitePreferences,
} from './model.ts'
import { annotationPayload, checkRunPayload, checkSuitePayload } from './payload.ts'
import { annotationsOf, appWithOwner, preferencesOf, putPreference } from './queries.ts'

const docsOf = (page: string) => `https://docs.github.com/rest/checks/${page}`
const reads = (page: string) => ({ access: 'checks:read' as const, docs: docsOf(page) })
const writes = (page: string) => ({ access: 'checks:write' as const, docs: docsOf(page) })

const run = '/check-runs/:check_run_id'
const suite = '/check-suites/:check_suite_id'
const preferences = {
  access: 'metadata:admin' as const,
  docs: docsOf('suites#update-repository-preferences-for-check-suites'),
}
const again = `${run}/rerequest`

/** Contract 9.2. The lists of a commit's checks are beside the other things below a commit. */
export const checkRoutes: readonly Route[] = [
  ...repositoryRoute('POST', '/check-runs', writes('runs#create-a-check-run'), postRun),
  ...repositoryRoute('GET', run, reads('runs#get-a-check-run'), getRun),
  ...repositoryRoute('PATCH', run, writes('runs#update-a-check-run'), patchRun),
  ...repositoryRoute(
    'GET',
    `${run}/annotations`,
    reads('runs#list-check-run-annotations'),
    listAnnotations,
  ),
  ...repositoryRoute('POST', again, writes('runs#rerequest-a-check-run'), postRerequestOfRun),
  ...repositoryRoute('POST', '/check-suites', writes('suites#create-a-check-suite'), postSuite),
  ...repositoryRoute('PATCH', '/check-suites/preferences', preferences, patchPreferences),
  ...repositoryRoute('GET', suite, reads('suites#get-a-check-suite'), getSuite),
  ...repositoryRoute(
    'GET',
    `${suite}/check-runs`,
    reads('runs#list-check-runs-in-a-check-suite'),
    listRunsIn,
  ),
  ...repositoryRoute(
    'POST',
    `${suite}/rerequest`,
    writes('suites#rerequest-a-check-suite'),
    postRerequest,
  ),
]

async function postRun(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls } = call
  const author = requireInstallation(requireUser(call.actor))
  const request = parseBody(call.body, newCheckRun, 'CheckRun')
  return created(
    checkRunPayload(await createRun(app, author, repository, request), repository, urls),
  )
}

async function getRun({ app, repository, urls, params }: RepositoryCall): Promise<Answer> {
  const found = await findRun(app.store.read, repository, idIn(params['check_run_id']))
  return ok(checkRunPayload(found, repository, urls))
}

async function patchRun(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls } = call
  const author = requireInstallation(requireUser(call.actor))
  const request = parseBody(call.body, checkRunEdit, 'CheckRun')
  const id = idIn(call.params['check_run_id'])
  const after = await editRun(app, author, repository, { id, request })
  return ok(checkRunPayload(after, repository, urls))
}

async function listAnnotations(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls, query } = call
  const { read } = app.store
  const found = await findRun(read, repository, idIn(call.params['check_run_id']))
  const rows = await read.all(annotationsOf, { check_run_id: found.id, ...pageOf(query) })
  const url = `${urls.api}/repositories/${repository.id}/check-runs/${found.id}/annotations`
  const annotations = rows.map((row) =>
    annotationPayload(JSON.parse(row.annotation) as Annotation, found.head_sha, repository, urls),
  )
  return ok(annotations, linkHeader(url, query, found.annotations_count))
}

async function postRerequestOfRun(call: RepositoryCall): Promise<Answer> {
  const { app, repository } = call
  const author = requireInstallation(requireUser(call.actor))
  const found = await findRun(app.store.read, repository, idIn(call.params['check_run_id']))
  await rerequestRun(app, author, { run: found, repository, actor: author.actor })
  return createdEmpty
}

/** 200 where the App has a suite for the commit already. */
async function postSuite(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls } = call
  const author = requireInstallation(requireUser(call.actor))
  const request = parseBody(call.body, newCheckSuite, 'CheckSuite')
  const head = await findHead(app, repository, request.head_sha)
  const branch = await branchAt(app, repository, head.sha)
  const { suite: made, isNew } = await app.store.transaction(
    (tx) => ensureSuite(app, tx, author, { repository, head, branch }),
    repository.id,
  )
  const facts = { head, runs: await countRuns(app.store.read, made) }
  const payload = checkSuitePayload(made, facts, repository, urls)
  return isNew ? created(payload) : ok(payload)
}

async function getSuite({ app, repository, urls, params }: RepositoryCall): Promise<Answer> {
  const { read } = app.store
  const found = await findSuite(read, repository, idIn(params['check_suite_id']))
  const head = await findHead(app, repository, found.head_sha)
  const facts = { head, runs: await countRuns(read, found) }
  return ok(checkSuitePayload(found, facts, repository, urls))
}

async function listRunsIn(call: RepositoryCall): Promise<Answer> {
  return await listRunsOfSuite(call, idIn(call.params['check_suite_id']))
}

async function postRerequest(call: RepositoryCall): Promise<Answer> {
  const { app, repository } = call
  const { actor } = requireInstallation(requireUser(call.actor))
  const found = await findSuite(app.store.read, repository, idIn(call.params['check_suite_id']))
  const head = await findHead(app, repository, found.head_sha)
  await rerequestSuite(app, { suite: found, repository, head, actor })
  return createdEmpty
}

async function patchPreferences(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls } = call
  const { auto_trigger_checks } = parseBody(call.body, suitePreferences, 'CheckSuite')
  const preferencesNow = await app.store.transaction(async (tx) => {
    for (const { app_id, setting } of auto_trigger_checks) {
      const isKnown = await tx.first(appWithOwner, { id: app_id })
      const row = { repository_id: repository.id, app_id, setting: setting ? 1 : 0 } as const
      if (isKnown) await tx.all(putPreference, row)
    }
    return await tx.all(preferencesOf, { repository_id: repository.id })
  }, repository.id)
  const told = preferencesNow.map(({ app_id, setting }) => ({ app_id, setting: setting === 1 }))
  return ok({
    preferences: { auto_trigger_checks: told },
    repository: minimalRepository(repository, urls),
  })
}
