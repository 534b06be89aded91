import { open } from 'node:fs/promises'
import { matchesAny } from '../../lib/glob.ts'
import { Problem } from '../../lib/problem.ts'
import { Secret } from '../../lib/secret.ts'
import { agentConfigOf } from './agent-config.ts'
import type { DeployDocument } from './document.ts'
import type {
  AgentConfig,
  Host,
  OpenedStore,
  Recipe,
  RecipeFile,
  RecipeValues,
  SecretPlaces,
  SecretSource,
  SecretStore,
} from './model.ts'
import { environmentsOf, overlayNameOf, withOverlay } from './overlay.ts'
import { recipeOf } from './recipe-values.ts'
import { type SchemaFault, schemaFaults } from './schema.ts'
import { readSource, readStore } from './secret-store.ts'
import { fillTemplates, templateFaults } from './template.ts'
import { parseYamlFile, type YamlFile } from './yaml-file.ts'

/**
 * Parses a `deploy.yml`. Throws Problem `invalid` that names file, line, key and
 * reason; further faults are in its `errors`. Every overlay is checked as merged.
 */
export function parseRecipe(text: string, file: string): RecipeFile {
  const yaml = parseYamlFile(text, file)
  refuse(file, yaml, [...schemaFaults('deploy', yaml.value), ...templateFaults(yaml.value)])
  const document = yaml.value as RecipeFile['document']
  for (const name of Object.keys(environmentsOf(document))) {
    const faults = schemaFaults('deploy', withOverlay(document, name))
    refuse(
      file,
      yaml,
      faults.map(({ path, reason }) => ({ path: overlaid(yaml, name, path), reason })),
    )
  }
  return { file, document, lineOf: yaml.lineOf }
}

/** A fault of a merged document stands in the overlay when the overlay says that key. */
function overlaid(yaml: YamlFile, overlay: string, path: readonly string[]): readonly string[] {
  const inOverlay = ['environments', overlay, ...path]
  const isThere = yaml.lineOf(inOverlay) !== yaml.lineOf(['environments', overlay])
  return isThere || path.length === 0 ? inOverlay.slice(0, path.length === 0 ? 2 : undefined) : path
}

function refuse(
  file: string,
  yaml: Pick<YamlFile, 'lineOf'>,
  faults: readonly SchemaFault[],
): void {
  const [first, ...more] = faults.map(
    ({ path, reason }) => `${file}:${yaml.lineOf(path)}: ${nameOf(path)} ${reason}`,
  )
  if (first) throw new Problem('invalid', first, more.slice(0, 20))
}

const nameOf = (path: readonly string[]) =>
  path.length === 0 ? 'the file' : path.join('.').replace(/\.(\d+)(?=\.|$)/g, '[$1]')

/**
 * The recipe for one deployment. Throws Problem `invalid` when a value of the
 * deployment cannot stand where the recipe uses it. `${{ host.name }}` stays,
 * for `recipeOnHost`.
 */
export function recipeFor(recipe: RecipeFile, values: RecipeValues): Recipe {
  const { file, document } = recipe
  const merged = withOverlay(document, overlayNameOf(document, values.environment))
  const sha = values.sha
  const filled = fillTemplates(merged, {
    environment: values.environment,
    service: String(merged['service']),
    'deployment.id': String(values.deploymentId),
    'release.sha': sha,
    'release.sha_short': sha.slice(0, 7),
    'release.id': values.releaseId ?? `${values.deploymentId}-${sha.slice(0, 7)}`,
  })
  refuse(file, recipe, schemaFaults('deploy', filled))
  const parsed = filled as unknown as DeployDocument
  return recipeOf(parsed, { file, environment: values.environment })
}

/** The recipe with `${{ host.name }}` filled in. */
export const recipeOnHost = (recipe: Recipe, host: Pick<Host, 'name'>): Recipe =>
  fillTemplates(recipe, { 'host.name': host.name })

/**
 * The hosts of the inventory that a recipe deploys to, in the inventory's order.
 * Throws Problem `invalid` when it names one that is not there or none is left.
 */
export function hostsOf(recipe: Recipe, inventory: readonly Host[]): readonly Host[] {
  const { names, roles, labels } = recipe.hosts
  const isChosen = (host: Host) =>
    (names.length === 0 || names.includes(host.name)) &&
    (roles.length === 0 || roles.some((role) => host.roles.includes(role))) &&
    Object.entries(labels).every(([key, value]) => host.labels[key] === value)
  const isOpen = (host: Host) =>
    host.environments.length > 0
      ? matchesAny(host.environments, recipe.environment)
      : names.length + roles.length + Object.keys(labels).length > 0
  const known = new Set(inventory.map(({ name }) => name))
  const unknown = names.find((name) => !known.has(name))
  if (unknown) {
    throw new Problem(
      'invalid',
      `${recipe.file}: hosts.names has "${unknown}", which is not in the agent's inventory`,
    )
  }
  const hosts = inventory.filter((host) => isChosen(host) && isOpen(host))
  if (hosts.length > 0) return hosts
  throw new Problem(
    'invalid',
    `${recipe.file}: no host of the agent's inventory fits "hosts" for the environment "${recipe.environment}"`,
  )
}

/** Parses an `agent.yml`. Throws Problem `invalid` that names file, line, key and reason. */
export function parseAgentConfig(text: string, file: string): AgentConfig {
  const yaml = parseYamlFile(text, file)
  refuse(file, yaml, schemaFaults('agent', yaml.value))
  const { config, faults } = agentConfigOf(yaml.value, file)
  refuse(file, yaml, faults)
  return config
}

const configBytesMax = 256 * 1024

/** Reads and parses an `agent.yml`. Throws Problem `invalid` or, when it cannot be read, `not_found`. */
export async function readAgentConfig(file: string): Promise<AgentConfig> {
  await using handle = await open(file).catch((error: Error) => {
    throw new Problem('not_found', `${file}: cannot be read (${error.message})`)
  })
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(configBytesMax + 1))
  return parseAgentConfig(buffer.toString('utf8', 0, bytesRead), file)
}

/** The value of one secret. Throws Problem `invalid` that says where it looked, never what it found. */
export async function readSecret(source: SecretSource, places: SecretPlaces): Promise<Secret> {
  return new Secret(await readSource(source, places))
}

/** All values of a store and those to mask. Throws Problem `invalid`. */
export async function openStore(store: SecretStore, places: SecretPlaces): Promise<OpenedStore> {
  const read = [...(await readStore(store, places))]
  const values = new Map(read.map(([name, value]) => [name, new Secret(value)]))
  const masked = [...values].filter(([name]) => matchesAny(store.mask, name))
  return { values, masked: masked.map(([, secret]) => secret) }
}

/** What a recipe asks for and a store does not have, by the store's names. */
export const missingFrom = (recipe: Recipe, { values }: OpenedStore): readonly string[] => [
  ...new Set(recipe.env.secrets.map(({ from }) => from).filter((name) => !values.has(name))),
]

/**
 * The secrets a recipe asks for, by the name its commands see. Throws Problem
 * `invalid` for a name the store does not have.
 */
export function secretsFor(recipe: Recipe, store: OpenedStore): ReadonlyMap<string, Secret> {
  const entries = recipe.env.secrets.map(({ name, from }) => {
    const secret = store.values.get(from)
    if (secret) return [name, secret] as const
    throw new Problem(
      'invalid',
      `${recipe.file}: env.secret asks for "${from}", which the agent's store does not have`,
    )
  })
  return new Map(entries)
}
