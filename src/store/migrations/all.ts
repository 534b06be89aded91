import type { Columns } from '../engine.ts'
import { start } from './0001-start.ts'
import { environmentRules } from './0002-environment-rules.ts'
import { secrets } from './0003-secrets.ts'
import { deliveryEngine } from './0010-delivery-engine.ts'
import { hookOptions } from './0011-hook-options.ts'

/** In order, never edited once released, only appended to. */
export const migrations: readonly ((columns: Columns) => readonly string[])[] = [
  start,
  environmentRules,
  secrets,
  deliveryEngine,
  hookOptions,
]
