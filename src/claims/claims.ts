import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import { invalidField, Problem } from '../lib/problem.ts'
import { sealBox } from '../sealed-box/sealed-box.ts'
import { findSecretLevels, openValue } from '../secrets/secrets.ts'
import type { Tx } from '../store/engine.ts'
import type { SecretRow, VariableRow } from '../tables/secrets.ts'
import { findVariableLevels } from '../variables/variables.ts'
import { type Claiming, findClaimFacts } from './claim-facts.ts'
import { type ClaimDecision, decideClaim, decideRead } from './decide-claim.ts'
import { decidePrecedence } from './decide-precedence.ts'
import type { Claim } from './model.ts'
import { putClaim, updateReadAt } from './queries.ts'

/** Whoever runs a deployment says so again before it is over; when they died, the next may take it. */
const claimMs = 5 * 60_000

/**
 * From now on the token runs the deployment, and nobody else. Asked again it goes on, with
 * the key it gives then. Throws `not_found`; `conflict` while another's claim lasts;
 * `invalid` for a deployment that waits, has ended, or whose gates are closed.
 */
export async function claimDeployment(
  app: App,
  claiming: Claiming,
  public_key: string,
): Promise<Claim> {
  await refuseKey(public_key)
  const { repository, id, actor, tokenId: token_id } = claiming
  return await app.store.transaction(async (tx) => {
    const { facts } = await findClaimFacts(app, tx, claiming)
    obey(decideClaim(facts))
    const known = facts.claim?.token_id === token_id ? facts.claim : undefined
    const now = app.now()
    const row = {
      ...{ deployment_id: id, token_id, public_key },
      claimed_at: known?.claimed_at ?? now.toISOString(),
      expires_at: new Date(now.getTime() + claimMs).toISOString(),
      read_at: known?.read_at ?? null,
    }
    await tx.all(putClaim, row)
    if (!known) await recordAudit(app, tx, lineOf('claim', claiming, facts.environment))
    return { ...row, login: actor.account.login }
  }, repository.id)
}

/** Some bytes are no key: what was sealed to them, anybody could open. */
async function refuseKey(public_key: string): Promise<void> {
  await sealBox(Buffer.alloc(0), public_key).catch(() => {
    const message = 'public_key cannot be sealed to: give the public half of an X25519 key pair'
    throw invalidField({ resource: 'Claim', field: 'public_key', code: 'custom', message })
  })
}

function obey(decision: ClaimDecision): void {
  if (decision.kind === 'refuse') throw new Problem(decision.code, decision.message)
}

/** What a deployment is given, and the key that its secrets are for. */
export type Given = {
  readonly claim: Claim
  readonly environment: string
  readonly secrets: readonly (SecretRow & { readonly encrypted_value: string })[]
  readonly variables: readonly VariableRow[]
}

/**
 * What is in force for the deployment's environment, of these names where any are given.
 * That it was read is durable before anything leaves. Throws as `claimDeployment`, and
 * `forbidden` for whoever does not hold the claim.
 */
export async function readSecrets(
  app: App,
  claiming: Claiming,
  names: readonly string[] | undefined,
): Promise<Given> {
  const { repository } = claiming
  const { claim, environment, ...sealed } = await app.store.transaction(async (tx) => {
    const { facts, environment } = await findClaimFacts(app, tx, claiming)
    obey(decideRead(facts))
    if (!facts.claim || !environment) throw new Error('What is not claimed was given away')
    const place = { environmentId: environment.id, repositoryId: repository.id }
    const isWanted = ({ name }: { name: string }) => names?.includes(name) ?? true
    const secrets = decidePrecedence(...(await findSecretLevels(tx, place))).filter(isWanted)
    const variables = decidePrecedence(...(await findVariableLevels(tx, place))).filter(isWanted)
    const given = { secrets: namesOf(secrets), variables: namesOf(variables) }
    await recordRead(app, tx, claiming)
    await recordAudit(app, tx, { ...lineOf('secrets', claiming, environment.name), after: given })
    return { claim: facts.claim, environment: environment.name, secrets, variables }
  }, repository.id)
  const secrets: Given['secrets'][number][] = []
  for (const row of sealed.secrets) {
    const encrypted_value = await sealBox(openValue(app, row), claim.public_key)
    secrets.push({ ...row, encrypted_value })
  }
  return { claim, environment, secrets, variables: sealed.variables }
}

/** How the audit log tells of a deployment that somebody runs. */
const lineOf = (verb: 'claim' | 'secrets', { repository, id }: Claiming, environment: string) => ({
  action: `deployment.${verb}`,
  ...{ repository_id: repository.id, environment, subject: `deployment ${id}` },
})

const namesOf = (all: readonly { readonly name: string }[]) => all.map(({ name }) => name)

/** Every read leaves its mark, in the transaction that decided that it may be. */
async function recordRead({ now }: Pick<App, 'now'>, tx: Tx, { id }: Claiming): Promise<void> {
  await tx.all(updateReadAt, { deployment_id: id, read_at: now().toISOString() })
}
