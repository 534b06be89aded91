import { GraphQLError } from 'graphql'
import type { Permission, UserActor } from '../../auth/model.ts'
import type { Call } from '../../auth/route.ts'
import type { Repository } from '../../repositories/model.ts'
import type { Loaders } from '../loaders/loaders.ts'

/** Something with fields: values, or functions of the field's arguments that find one when it is asked for. */
export type Node = Readonly<Record<string, unknown>>

/** One request, and what its fields share. */
export type Asked = Call & {
  readonly actor: UserActor
  readonly loaders: Loaders
  /** What `authorize` said of a repository and an access, by both: each is asked about once. */
  readonly permits: Map<string, Promise<Permission | undefined>>
  /** Everything leads back to a repository. */
  readonly show: (view: View) => Node
}

/** A repository that the caller may know of, and what of it. */
export type View = {
  readonly asked: Asked
  readonly repository: Repository
  readonly permission: Permission | undefined
  /** Beyond its name: false for tokens that see only what is deployed from it. */
  readonly showsMetadata: boolean
}

export type { DeploymentState } from '../../deployments/model.ts'

/** An error beside the data, in GitHub's words. */
export const refusal = (type: string, message: string) =>
  new GraphQLError(message, { extensions: { type } })

/** The same for what is not there and for what the caller may not know of. */
export const unresolvedId = (id: string) =>
  refusal('NOT_FOUND', `Could not resolve to a node with the global id of '${id.slice(0, 200)}'`)
