import type { AgentConfig } from '../recipe/model.ts'
import type { Remote } from './model.ts'

export type OpenRemote = (config: AgentConfig) => Promise<Remote>
