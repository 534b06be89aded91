import { newPublicKey } from '../support/public-key.ts'
import type { Scene } from './scenes.ts'

export async function deploy({ octo, nobody, mona, base, sha }: Scene) {
  const all = `${base}/deployments`
  const usual = { ref: 'main', required_contexts: [], environment: 'staging' }
  const first = await octo(`POST ${all}`, 201, { body: { ...usual, payload: { a: [1] } } })
  const one = `${all}/${first.json.id}`
  await octo(`POST ${all}`, 201, { body: { ...usual, payload: '{"a":1}', description: 'Again' } })
  await octo(`POST ${all}`, 201, { body: { ...usual, ref: sha, environment: 'review/1' } })
  await octo(`GET ${all}`, 200)
  await octo(`GET ${all}?environment=staging&ref=main&task=deploy&sha=${sha}&per_page=1`, 200)
  await octo(`GET ${all}?page=99`, 200)
  await octo(`GET ${one}`, 200)
  await octo(`GET ${all}/999999`, 404)
  await octo(`POST ${all}`, 422, { body: {} })
  await octo(`POST ${all}`, 422, { body: { ref: 'gone' } })
  await octo(`POST ${all}`, 422, { body: { ref: 'main', task: 1 } })
  await octo(`POST ${all}`, 400, { body: [] })
  await nobody(`POST ${all}`, 401, { body: usual })
  await mona(`POST ${all}`, 404, { body: usual })
  await report({ octo, nobody, one })
  await octo(`DELETE ${one}`, 422)
  await octo(`POST ${one}/statuses`, 201, { body: { state: 'inactive' } })
  await octo(`DELETE ${one}`, 204)
  await octo(`DELETE ${one}`, 404)
}

async function report({ octo, nobody, one }: Pick<Scene, 'octo' | 'nobody'> & { one: string }) {
  const states = ['pending', 'queued', 'in_progress', 'error', 'failure', 'inactive', 'success']
  for (const state of states) await octo(`POST ${one}/statuses`, 201, { body: { state } })
  const full = {
    state: 'success',
    description: 'Done',
    log_url: 'https://example.com/log',
    environment_url: 'https://example.com',
    environment: 'staging',
    auto_inactive: false,
  }
  const { json } = await octo(`POST ${one}/statuses`, 201, { body: full })
  await octo(`GET ${one}/statuses`, 200)
  await octo(`GET ${one}/statuses?per_page=2&page=2`, 200)
  await octo(`GET ${one}/statuses/${json.id}`, 200)
  await octo(`GET ${one}/statuses/999999`, 404)
  await octo(`POST ${one}/statuses`, 422, { body: { state: 'done' } })
  await octo(`POST ${one}/statuses`, 422, {
    body: { state: 'success', description: 'x'.repeat(141) },
  })
  await octo(`POST ${one}0000/statuses`, 404, { body: full })
  await nobody(`POST ${one}/statuses`, 401, { body: full })
}

/** 202 merges and makes none; both 409 make none either (contract 1.6 and 1.7). */
export async function mergeFirst({ octo, base, sha }: Scene) {
  const all = `${base}/deployments`
  await octo(`POST ${all}`, 202, { body: { ref: 'behind', required_contexts: [] } })
  await octo(`POST ${all}`, 409, { body: { ref: 'clash', required_contexts: [] } })
  const pending = { state: 'pending', context: 'ci' }
  await octo(`POST ${base}/statuses/${sha}`, 201, { body: pending })
  await octo(`POST ${all}`, 409, { body: { ref: sha, auto_merge: false } })
}

export async function configureEnvironments({ octo, nobody, base, owner }: Scene) {
  const all = `${base}/environments`
  const full = {
    wait_timer: 30,
    prevent_self_review: true,
    reviewers: [{ type: 'User', id: owner.id }],
    deployment_branch_policy: { protected_branches: true, custom_branch_policies: false },
    can_admins_bypass: false,
  }
  await octo(`PUT ${all}/guarded`, 200, { body: full })
  await octo(`GET ${all}/guarded`, 200)
  await octo(`PUT ${all}/qa/eu`, 200)
  await octo(`PUT ${all}/qa%2Feu`, 200, { body: {} })
  await octo(`PUT ${all}/qa`, 422, { body: { wait_timer: 'soon' } })
  await octo(`PUT ${all}/qa`, 422, { body: { colour: 'red' } })
  await octo(`GET ${all}`, 200)
  await octo(`GET ${all}?per_page=1`, 200)
  await octo(`GET ${all}/qa/eu`, 200)
  await octo(`GET ${all}/gone`, 404)
  await octo(`DELETE ${all}/qa/eu`, 204)
  await octo(`DELETE ${all}/qa/eu`, 404)
  await nobody(`PUT ${all}/qa`, 401)
}

export async function chooseRefs({ octo, nobody, base }: Scene) {
  const environment = `${base}/environments/refs/eu`
  const all = `${environment}/deployment-branch-policies`
  const custom = { protected_branches: false, custom_branch_policies: true }
  await octo(`GET ${all}`, 404)
  await octo(`PUT ${environment}`, 200, { body: { deployment_branch_policy: custom } })
  const { json } = await octo(`POST ${all}`, 200, { body: { name: 'release/*' } })
  await octo(`POST ${all}`, 200, { body: { name: 'v*', type: 'tag' } })
  await octo(`POST ${all}`, 303, { body: { name: 'release/*' } })
  await octo(`POST ${all}`, 422, { body: {} })
  await octo(`GET ${all}`, 200)
  await octo(`GET ${all}?per_page=1`, 200)
  await octo(`GET ${all}/${json.id}`, 200)
  await octo(`GET ${all}/999999`, 404)
  await octo(`PUT ${all}/${json.id}`, 200, { body: { name: 'main' } })
  await octo(`DELETE ${all}/${json.id}`, 204)
  await octo(`DELETE ${all}/${json.id}`, 404)
  await nobody(`POST ${all}`, 401, { body: { name: 'main' } })
}

export async function askForAppRules({ octo, nobody, base, robotId }: Scene) {
  const environment = `${base}/environments/apps/eu`
  const all = `${environment}/deployment_protection_rules`
  await octo(`GET ${all}`, 404)
  await octo(`PUT ${environment}`, 200)
  await octo(`GET ${all}`, 200)
  await octo(`GET ${all}/apps`, 200)
  await octo(`POST ${all}`, 422, { body: { integration_id: 5 } })
  await octo(`POST ${all}`, 422, { body: {} })
  const { json: rule } = await octo(`POST ${all}`, 201, { body: { integration_id: robotId } })
  await octo(`POST ${all}`, 422, { body: { integration_id: robotId } })
  await octo(`GET ${all}`, 200)
  await octo(`GET ${all}/apps`, 200)
  await octo(`GET ${all}/${rule.id}`, 200)
  await octo(`DELETE ${all}/${rule.id}`, 204)
  await octo(`DELETE ${all}/${rule.id}`, 404)
  await octo(`GET ${all}/${rule.id}`, 404)
  await nobody(`GET ${all}/apps`, 401)
}

export async function keepKeys({ octo, nobody, mona, base }: Scene) {
  const all = `${base}/keys`
  const key = newPublicKey()
  const { json } = await octo(`POST ${all}`, 201, { body: { key, title: 'web', read_only: true } })
  await octo(`POST ${all}`, 201, { body: { key: `${newPublicKey()} me@laptop` } })
  await octo(`POST ${all}`, 422, { body: { key } })
  await octo(`POST ${all}`, 422, { body: { key: 'ssh-rsa nonsense' } })
  await octo(`POST ${all}`, 422, { body: {} })
  await octo(`GET ${all}`, 200)
  await octo(`GET ${all}?per_page=1`, 200)
  await octo(`GET ${all}/${json.id}`, 200)
  await octo(`GET ${all}/x`, 404)
  await octo(`DELETE ${all}/${json.id}`, 204)
  await octo(`DELETE ${all}/${json.id}`, 404)
  await nobody(`GET ${all}`, 401)
  await mona(`GET ${all}`, 404)
}
