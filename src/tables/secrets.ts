import type { Generated, Selectable } from 'kysely'

/** Whose it is: exactly one of them is set. */
type Held = {
  environment_id: number | null
  repository_id: number | null
  organization_id: number | null
}

/** Which repositories see what an organisation keeps; null for what is not an organisation's. */
type Visibility = 'all' | 'private' | 'selected' | null

/** What secrets are sent under: a Curve25519 pair, in base64. */
type KeyPairsTable = Held & {
  id: Generated<number>
  /** What clients call the pair; a new one has another. */
  key_id: string
  public_key: string
  /** Sealed with the server's secret key. */
  private_key: string
  created_at: string
}

type SecretsTable = Held & {
  id: Generated<number>
  /** In upper case. */
  name: string
  /** Base64 of the value's bytes, sealed with the server's secret key. */
  value: string
  visibility: Visibility
  created_at: string
  updated_at: string
}

type VariablesTable = Held & {
  id: Generated<number>
  /** In upper case. */
  name: string
  value: string
  visibility: Visibility
  created_at: string
  updated_at: string
}

/** The repositories that see an organisation's secret or variable of the visibility `selected`: one of the two ids is set. */
type SelectedRepositoriesTable = {
  secret_id: number | null
  variable_id: number | null
  repository_id: number
}

/** What is kept for an environment, a repository or an organisation. */
export type SecretTables = {
  key_pairs: KeyPairsTable
  secrets: SecretsTable
  variables: VariablesTable
  selected_repositories: SelectedRepositoriesTable
}

export type KeyPairRow = Selectable<KeyPairsTable>
export type SecretRow = Selectable<SecretsTable>
export type VariableRow = Selectable<VariablesTable>
