import type { Scene } from './scenes.ts'

/** A deployment that waits for its owner and for an App, what both say of it, and what others may not (contract 4.8). */
export async function reviewDeployments({ owner, octo, mona, robot, nobody, base, ...at }: Scene) {
  const environment = `${base}/environments/reviewed`
  const reviewers = [{ type: 'User', id: owner.id }]
  const { json } = await octo(`PUT ${environment}`, 200, { body: { reviewers, wait_timer: 0 } })
  const environment_ids = [json.id]
  const rules = `${environment}/deployment_protection_rules`
  await octo(`POST ${rules}`, 201, { body: { integration_id: at.robotId } })
  const body = { ref: 'main', required_contexts: [], environment: 'reviewed' }
  const { json: held } = await octo(`POST ${base}/deployments`, 201, { body })
  const run = `${base}/actions/runs/${held.id}`
  await octo(`GET ${base}/deployments/${held.id}/statuses`, 200)
  await octo(`GET ${run}/pending_deployments`, 200)
  await octo(`GET ${run}/approvals`, 200)
  await nobody(`GET ${run}/pending_deployments`, 404)
  await mona(`GET ${run}/approvals`, 404)
  await octo(`GET ${base}/actions/runs/999999/pending_deployments`, 404)
  await octo(`POST ${base}/deployments/${held.id}/statuses`, 422, { body: { state: 'success' } })

  const approved = { environment_ids, state: 'approved', comment: 'Fine' }
  const other = { ...approved, environment_ids: [999999] }
  await octo(`POST ${run}/pending_deployments`, 422, { body: other })
  await octo(`POST ${run}/pending_deployments`, 422, { body: { state: 'approved' } })
  await octo(`POST ${run}/pending_deployments`, 200, { body: approved })
  await octo(`POST ${run}/pending_deployments`, 422, { body: approved })
  await octo(`GET ${run}/approvals`, 200)

  const answer = `POST ${run}/deployment_protection_rule`
  const progress = { environment_name: 'Reviewed', comment: 'Looking' }
  await octo(answer, 403, { body: progress })
  await robot(answer, 422, { body: { environment_name: 'reviewed' } })
  await robot(answer, 204, { body: progress })
  await robot(answer, 204, { body: { environment_name: 'reviewed', state: 'approved' } })
  await robot(answer, 422, { body: { environment_name: 'reviewed', state: 'rejected' } })
  await octo(`GET ${run}/pending_deployments`, 200)
  await octo(`GET ${base}/deployments/${held.id}/statuses`, 200)
}
