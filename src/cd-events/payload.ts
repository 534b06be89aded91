import { parseExactJson } from '../http/exact-json.ts'
import { type Changing, type ServiceChange, specVersion, typeOf } from './model.ts'

type Place = {
  /** `octo/shop`. */
  readonly fullName: string
  /** Where the repository's pages are. */
  readonly source: string
  readonly guid: string
  readonly now: Date
}

/** What happened to a service: the repository in an environment, or a target of it. */
export function serviceEvent(change: ServiceChange, deployment: Changing, place: Place) {
  const { environment, target } = deployment
  const { fullName, source } = place
  const content = {
    environment: { id: environment, source },
    // What is gone has no artifact.
    ...(change !== 'removed' && { artifactId: artifactOf(deployment, fullName) }),
  }
  const id = target === '' ? fullName : `${fullName}/${target}`
  return {
    context: contextOf(typeOf(`service.${change}`), place),
    subject: { id, source, content },
  }
}

/** What happened to an environment. */
export const environmentEvent = (change: string, name: string, place: Place) => ({
  context: contextOf(typeOf(`environment.${change}`), place),
  subject: { id: name, source: place.source, content: { name } },
})

const contextOf = (type: string, { source, guid, now }: Place) => ({
  specversion: specVersion,
  id: guid,
  source,
  type,
  timestamp: now.toISOString(),
})

const artifactCharactersMax = 1024

/** A purl: that of the deployment's payload, or of its commit. Of GitHub's type names are in lower case. */
function artifactOf({ payload, sha }: Changing, fullName: string): string {
  const members = parseExactJson(payload)
  const artifact =
    typeof members === 'object' && members !== null && 'artifact' in members && members.artifact
  const isPurl = typeof artifact === 'string' && /^pkg:[a-z][a-z0-9.+-]*\/\S+$/i.test(artifact)
  if (isPurl && artifact.length <= artifactCharactersMax) return artifact
  return `pkg:github/${fullName.toLowerCase()}@${sha}`
}
