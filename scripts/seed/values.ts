import { findOrganization } from '../../src/accounts/accounts.ts'
import type { App } from '../../src/app.ts'
import type { Audience } from '../../src/holders/model.ts'
import type { Place as Holding } from '../../src/holders/route.ts'
import {
  placeOfEnvironment,
  placeOfOrganization,
  placeOfRepository,
} from '../../src/pages/kept-values/kept-values.ts'
import { sealSecret } from '../../src/secrets/secrets.ts'
import { createVariable } from '../../src/variables/variables.ts'
import { organization } from './catalogue.ts'
import type { Place } from './history.ts'

/** Of the organization: a secret, and a variable, that some repositories see. */
export const sharedSecret = 'SIGNING_KEY'
export const sharedVariable = 'CLUSTER'

/** Secrets and variables at every level, some of them by the same name. */
export async function addValues(app: App, places: readonly Place[]): Promise<void> {
  const [storefront] = places
  if (!storefront) throw new Error('There is no repository')
  const { repository } = storefront
  const whole = placeOfOrganization(await findOrganization(app.store.read, organization))
  const some = (count: number): Audience => ({
    visibility: 'selected',
    selected_repository_ids: places.slice(0, count).map((place) => place.repository.id),
  })
  await keep(app, whole, 'REGISTRY_TOKEN', { visibility: 'all' })
  await keep(app, whole, 'SENTRY_DSN', { visibility: 'private' })
  await keep(app, whole, sharedSecret, some(3))
  await keep(app, whole, 'SLACK_WEBHOOK', some(7))
  await set(app, whole, 'REGION', { value: 'us-east-1', visibility: 'all' })
  await set(app, whole, sharedVariable, { value: 'blue', ...some(2) })
  const own = placeOfRepository(repository)
  for (const name of ['DATABASE_URL', 'DEPLOY_KEY', 'SENTRY_DSN']) await keep(app, own, name)
  await set(app, own, 'LOG_LEVEL', { value: 'debug' })
  await set(app, own, 'CDN_HOST', { value: 'cdn.example.com' })
  for (const environment of ['staging', 'production']) {
    await keep(app, placeOfEnvironment(repository, environment), 'DATABASE_URL')
  }
  await keep(app, placeOfEnvironment(repository, 'production'), 'REGISTRY_TOKEN')
}

const keep = (app: App, at: Holding, name: string, audience: Partial<Audience> = {}) =>
  sealSecret(app, at, name, { value: `the value of ${name}`, ...audience })

type Value = Partial<Audience> & { readonly value: string }

const set = (app: App, at: Holding, name: string, value: Value) =>
  createVariable(app, at, { name, ...value })
