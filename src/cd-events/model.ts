import type { DeploymentRow } from '../tables/deployments.ts'

export const specVersion = '0.5.0'
const typeVersion = '0.3.0'

/** What a deployment's status is to the service that it deploys. */
export type ServiceChange = 'deployed' | 'upgraded' | 'rolledback' | 'removed'
export type EnvironmentChange = 'created' | 'modified' | 'deleted'

/** As far as a deployment tells what changed. */
export type Changing = Pick<
  DeploymentRow,
  | 'id'
  | 'repository_id'
  | 'environment'
  | 'environment_key'
  | 'target'
  | 'sha'
  | 'task'
  | 'payload'
  | 'production_environment'
>

export const typeOf = (change: string): string => `dev.cdevents.${change}.${typeVersion}`
