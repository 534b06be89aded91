import { z } from 'zod'

const patternsMax = 50
const patternCharactersMax = 255

const words = z
  .array(z.string().min(1).max(patternCharactersMax))
  .max(patternsMax, { error: `is too long (maximum is ${patternsMax})` })

const states = ['error', 'failure', 'inactive', 'in_progress', 'pending', 'queued', 'success']

/** Which events about deployments a hook hears of. An empty list leaves everything in. */
export const filterFields = {
  /** Globs: `*` within a part of a name, `**` across slashes. */
  environments: words,
  /** Of `deployment_status`. */
  states: z.array(z.enum([...states, 'waiting'])),
  /** Globs, too. */
  tasks: words,
  production_only: z.boolean(),
}

const filter = z.object(filterFields)
export type HookFilter = z.infer<typeof filter>

/** A filter as its column keeps it. */
export const parseFilter = (column: string): HookFilter => filter.parse(JSON.parse(column))

/** What filters look at in an event. */
export type DeploymentFacts = {
  readonly environment: string
  /** Undefined for what is about the environment alone. */
  readonly task: string | undefined
  readonly isProduction: boolean
  /** Undefined before the first status. */
  readonly state: string | undefined
}

type Told = {
  readonly deployment: {
    readonly environment: string
    readonly task: string
    readonly production_environment: boolean
  }
  readonly deployment_status?: { readonly state: string }
}

/** Undefined for what is not about a deployment. */
export function factsOf(name: string, payload: object): DeploymentFacts | undefined {
  if (name !== 'deployment' && name !== 'deployment_status') return undefined
  const { deployment, deployment_status } = payload as Told
  return {
    environment: deployment.environment,
    task: deployment.task,
    isProduction: deployment.production_environment,
    state: deployment_status?.state,
  }
}
