import { openClient, ownApiUrlOf, type Patience } from '../../client/client.ts'
import type { Secret } from '../../lib/secret.ts'
import { needlesOf } from '../journal/masker.ts'
import type { OpenedStore, Recipe, SecretPlaces, SecretStore } from '../recipe/model.ts'
import { missingFrom, openStore, secretsFor } from '../recipe/recipe.ts'
import { claimAt } from './forge-claim.ts'
import type { Claim, Place } from './model.ts'

/** What a forge keeps for whoever runs a deployment. GitHub's API has no such thing: Slipway's own has. */
export type Vault = AsyncDisposable & {
  /**
   * Claims a deployment, and goes on claiming it until disposed; null when another has.
   * Waits while the forge cannot be reached. Throws the Problem to be told: the forge has no
   * vault, the token may not, the deployment may not go.
   */
  claim(place: Place, patience: Patience): Promise<Claim | null>
}

type VaultOptions = {
  /** What the operator calls the forge. */
  readonly forge: string
  /** GitHub's, as in `agent.yml`. */
  readonly apiUrl: string
  readonly token: Secret
  readonly userAgent: string
}

/** Asks nothing yet. */
export function openVault({ forge, apiUrl, token, userAgent }: VaultOptions): Vault {
  const client = openClient({ apiUrl: ownApiUrlOf(apiUrl), token, userAgent })
  return {
    claim: (place, patience) => claimAt({ client, forge, place, patience }),
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  }
}

/** What a deployment's commands are given, and what its log must not show. */
export type JobSecrets = {
  /** By the name that commands see. Empty while any are wanted. */
  readonly secrets: ReadonlyMap<string, Secret>
  readonly needles: readonly string[]
  /** What the operator's store has. */
  readonly opened: OpenedStore
  /** What the forge is to give when the deployment starts, and not before (contract 5.3): by its names. */
  readonly wanted: readonly string[]
}

/** Those of the operator's store. Throws `invalid` for one that nobody could give. */
export async function gatherSecrets(
  recipe: Recipe,
  store: SecretStore | undefined,
  places: SecretPlaces,
): Promise<JobSecrets> {
  const opened = store ? await openStore(store, places) : { values: new Map(), masked: [] }
  const wanted = store?.asksForge ? missingFrom(recipe, opened) : []
  if (wanted.length > 0) return { secrets: new Map(), needles: [], opened, wanted }
  return whole(recipe, opened)
}

function whole(recipe: Recipe, opened: OpenedStore): JobSecrets {
  const secrets = secretsFor(recipe, opened)
  const needles = needlesOf([...secrets.values(), ...opened.masked])
  return { secrets, needles, opened, wanted: [] }
}

/** With those of the forge. Throws `invalid` for one that it does not have either. */
export async function completeSecrets(
  recipe: Recipe,
  { opened, wanted }: Pick<JobSecrets, 'opened' | 'wanted'>,
  claim: Claim,
): Promise<JobSecrets> {
  const values = new Map([...opened.values, ...(await claim.read(wanted))])
  return whole(recipe, { ...opened, values })
}
