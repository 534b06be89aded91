import { z } from 'zod'
import type { AppRow, InstallationRow } from '../tables/programs.ts'

/** As far as others see an App that decides about deployments. */
export type Gatekeeper = Pick<AppRow, 'id' | 'slug' | 'name' | 'bot_id'>

/** An App that may decide about a repository's deployments, and where it is installed. */
export type Installed = Gatekeeper & { readonly installation_id: InstallationRow['id'] }

export type ProtectionRule = {
  readonly id: number
  readonly environment_id: number
  readonly app: Gatekeeper
}

/** `POST …/deployment_protection_rules` (contract 4.7). */
export const newProtectionRule = z.object({ integration_id: z.int() })

/** GitHub's limit for one environment. */
export const rulesMax = 6
