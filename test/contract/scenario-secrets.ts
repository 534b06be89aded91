import { sealedFor } from '../support/sealed-box.ts'
import type { Scene } from './scenes.ts'

export async function keepSecrets(scene: Scene) {
  const { octo, base } = scene
  await octo(`PUT ${base}/environments/qa%2Feu`, 200)
  await keepSecretsAt(scene, `${base}/environments/qa/eu/secrets`)
  await keepSecretsAt(scene, `${base}/actions/secrets`)
  await octo(`GET ${base}/actions/organization-secrets`, 200)
  await octo(`GET ${base}/environments/gone/secrets`, 404)
  await octo(`GET ${base}/environments/gone/secrets/public-key`, 404)
}

async function keepSecretsAt({ octo, mona, nobody }: Scene, all: string) {
  const { json } = await octo(`GET ${all}/public-key`, 200)
  const { key, key_id } = json
  const body = { encrypted_value: await sealedFor(key, 'hunter2'), key_id }
  await octo(`PUT ${all}/first`, 201, { body })
  await octo(`PUT ${all}/FIRST`, 204, { body })
  await octo(`PUT ${all}/second`, 201, { body })
  await octo(`PUT ${all}/github_token`, 422, { body })
  await octo(`PUT ${all}/third`, 422, { body: { ...body, key_id: '1' } })
  await octo(`PUT ${all}/third`, 422, { body: { ...body, encrypted_value: 'AAAA' } })
  await octo(`PUT ${all}/third`, 422, { body: { key_id } })
  await octo(`GET ${all}`, 200)
  await octo(`GET ${all}?per_page=1`, 200)
  await octo(`GET ${all}/first`, 200)
  await octo(`GET ${all}/gone`, 404)
  await octo(`DELETE ${all}/first`, 204)
  await octo(`DELETE ${all}/first`, 404)
  await mona(`GET ${all}`, 404)
  await nobody(`GET ${all}`, 401)
}

export async function keepVariables(scene: Scene) {
  const { octo, base } = scene
  await octo(`PUT ${base}/environments/qa%2Feu`, 200)
  await keepVariablesAt(scene, `${base}/environments/qa/eu/variables`)
  await keepVariablesAt(scene, `${base}/actions/variables`)
  await octo(`GET ${base}/actions/organization-variables`, 200)
  await octo(`POST ${base}/environments/gone/variables`, 404, { body: { name: 'a', value: 'b' } })
}

async function keepVariablesAt({ octo, mona, nobody }: Scene, all: string) {
  await octo(`POST ${all}`, 201, { body: { name: 'region', value: 'eu' } })
  await octo(`POST ${all}`, 409, { body: { name: 'REGION', value: 'us' } })
  await octo(`POST ${all}`, 201, { body: { name: 'colour', value: 'blue' } })
  await octo(`POST ${all}`, 422, { body: { name: '1st', value: 'x' } })
  await octo(`POST ${all}`, 422, { body: { name: 'x' } })
  await octo(`PATCH ${all}/region`, 204, { body: { value: 'us' } })
  await octo(`PATCH ${all}/region`, 409, { body: { name: 'colour' } })
  await octo(`PATCH ${all}/gone`, 404, { body: { value: 'us' } })
  await octo(`GET ${all}`, 200)
  await octo(`GET ${all}?per_page=1`, 200)
  await octo(`GET ${all}/region`, 200)
  await octo(`GET ${all}/gone`, 404)
  await octo(`DELETE ${all}/region`, 204)
  await octo(`DELETE ${all}/region`, 404)
  await mona(`GET ${all}`, 404)
  await nobody(`GET ${all}`, 401)
}
