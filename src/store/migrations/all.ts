import type { Columns } from '../engine.ts'
import { start } from './0001-start.ts'
import { environmentRules } from './0002-environment-rules.ts'
import { secrets } from './0003-secrets.ts'
import { teams } from './0004-teams.ts'
import { apps } from './0006-apps.ts'
import { appManifests } from './0007-app-manifests.ts'
import { oauth } from './0008-oauth.ts'
import { deliveryEngine } from './0010-delivery-engine.ts'
import { hookOptions } from './0011-hook-options.ts'
import { checks } from './0012-checks.ts'
import { gates } from './0014-gates.ts'
import { feed } from './0015-feed.ts'
import { hookPace } from './0016-hook-pace.ts'
import { freezes } from './0017-freezes.ts'
import { claims } from './0018-claims.ts'
import { truth } from './0019-truth.ts'
import { audit } from './0020-audit.ts'
import { deploymentLogs } from './0021-deployment-logs.ts'
import { cdEvents } from './0022-cd-events.ts'
import { overtaking } from './0023-overtaking.ts'
import { identities } from './0024-identities.ts'
import { pinsAndUses } from './0025-pins-and-uses.ts'
import { publicMembers } from './0026-public-members.ts'
import { leanIndexes } from './0027-lean-indexes.ts'

/** In order, never edited once released, only appended to. */
export const migrations: readonly ((columns: Columns) => readonly string[])[] = [
  start,
  environmentRules,
  secrets,
  teams,
  apps,
  appManifests,
  oauth,
  checks,
  deliveryEngine,
  hookOptions,
  feed,
  gates,
  hookPace,
  freezes,
  claims,
  truth,
  audit,
  deploymentLogs,
  cdEvents,
  overtaking,
  identities,
  pinsAndUses,
  publicMembers,
  leanIndexes,
]
