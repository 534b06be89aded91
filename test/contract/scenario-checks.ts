import type { Scene } from './scenes.ts'

/** What an App says of a commit (contract 9.2). */
export async function checkCommits({ octo, mona, nobody, robot, base, sha }: Scene) {
  const runs = `${base}/check-runs`
  const body = { name: 'build', head_sha: sha, details_url: 'https://example.com/build' }
  const { json: run } = await robot(`POST ${runs}`, 201, { body })
  const annotations = [
    { path: 'a.txt', start_line: 1, end_line: 1, annotation_level: 'notice', message: 'Seen' },
  ]
  const output = { title: 'Built', summary: 'All of it', annotations }
  await robot(`PATCH ${runs}/${run.id}`, 200, { body: { status: 'in_progress', output } })
  await robot(`PATCH ${runs}/${run.id}`, 200, { body: { conclusion: 'success' } })
  await robot(`PATCH ${runs}/${run.id}`, 422, { body: { conclusion: 'fine' } })
  await robot(`POST ${runs}`, 422, { body: { name: 'build' } })
  await robot(`POST ${runs}`, 422, { body: { ...body, status: 'completed' } })
  await octo(`POST ${runs}`, 403, { body })
  await nobody(`POST ${runs}`, 401, { body })
  await octo(`GET ${runs}/${run.id}`, 200)
  await octo(`GET ${runs}/999999`, 404)
  await mona(`GET ${runs}/${run.id}`, 404)
  await octo(`GET ${runs}/${run.id}/annotations`, 200)
  await robot(`POST ${runs}/${run.id}/rerequest`, 201)
  await octo(`GET ${base}/commits/main/check-runs`, 200)
  await octo(`GET ${base}/commits/feature%2Fa/check-runs?check_name=build&filter=all`, 200)
  await octo(`GET ${base}/commits/gone/check-runs`, 404)
  await checkSuites({ octo, robot, base, sha })
}

async function checkSuites({
  octo,
  robot,
  base,
  sha,
}: Pick<Scene, 'octo' | 'robot' | 'base' | 'sha'>) {
  const suites = `${base}/check-suites`
  const { json: suite } = await robot(`POST ${suites}`, 200, { body: { head_sha: sha } })
  await robot(`POST ${suites}`, 422, { body: { head_sha: 'main' } })
  await octo(`GET ${suites}/${suite.id}`, 200)
  await octo(`GET ${suites}/999999`, 404)
  await octo(`GET ${suites}/${suite.id}/check-runs?per_page=1`, 200)
  await octo(`GET ${base}/commits/main/check-suites`, 200)
  await robot(`POST ${suites}/${suite.id}/rerequest`, 201)
  const auto_trigger_checks = [{ app_id: suite.app?.id, setting: false }]
  await octo(`PATCH ${suites}/preferences`, 200, { body: { auto_trigger_checks } })
}
