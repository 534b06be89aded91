import type { Secret } from '../lib/secret.ts'
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

export type RecipeFrontDoor = {
  parseRecipe(text: string, file: string): RecipeFile
  recipeFor(recipe: RecipeFile, values: RecipeValues): Recipe
  parseAgentConfig(text: string, file: string): AgentConfig
  readAgentConfig(file: string): Promise<AgentConfig>
  readSecret(source: SecretSource, places: SecretPlaces): Promise<Secret>
  openStore(store: SecretStore, places: SecretPlaces): Promise<OpenedStore>
  hostsOf(recipe: Recipe, inventory: readonly Host[]): readonly Host[]
}
